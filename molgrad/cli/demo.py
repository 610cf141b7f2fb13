"""`molgrad demo`: the main job on real input, confirmed with another seed, and explained."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.text import Text

from molgrad.campaign.campaign import Campaign
from molgrad.cli.optimize import run, say_where
from molgrad.config.objectives import build_loss, contacts, objective_terms
from molgrad.config.running import open_campaign
from molgrad.config.settings import RunSettings
from molgrad.errors import DockingError
from molgrad.evaluation import Evaluation
from molgrad.optim.archive import Record
from molgrad.receptors import Receptor, load_receptor
from molgrad.report.tables import print_best
from molgrad.report.why import print_why

RECEPTOR = "1ia1"
LEAD = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"  # trimethoprim
CORE = "Nc1ccnc(N)n1"  # the diaminopyrimidine
# Its hydrogen bonds in every dihydrofolate reductase: with the acid, and with a carbonyl of the backbone.
CONTACTS = ("B:GLU32", "B:ILE9")
OBJECTIVE = "lead"
CONFIRM = 1000  # added to the seed: another conformer and another search


def run_demo(folder: Path, *, docks: int, seed: int, workers: int | None, quiet: bool) -> None:
    """Optimize trimethoprim against DHFR, then dock lead and winner again with another seed.

    Raises:
        DockingError: no dock gave a number.
    """
    console = Console()
    began = time.monotonic()
    receptor = load_receptor(RECEPTOR)
    console.print(f"Lead: trimethoprim, {LEAD}", highlight=False)
    console.print(f"Target: {receptor.origin}", highlight=False)
    console.print(f"Kept: its diaminopyrimidine, and the hydrogen bonds of that with {' and '.join(CONTACTS)}")
    console.print(
        "Loss: Vina + 10 (1 - QED) + alerts + 2 synthesizability + 3 distance from the lead + 5 each lost contact;"
    )
    console.print("lower is better. No key, no network.")
    role = "inhibitor of dihydrofolate reductase"
    settings = RunSettings(
        receptor=RECEPTOR,
        start=[LEAD],
        core=CORE,
        contact=CONTACTS,
        objective=OBJECTIVE,
        docks=docks,
        seed=seed,
        workers=workers,
        role=role,
        cache=False,
        out=str(folder),
    )
    with open_campaign(settings) as campaign:
        run(campaign, {"docks": docks}, quiet=quiet)
        print_best(campaign)
        if not campaign.best(1):
            raise DockingError(f"no dock gave a number; 'molgrad doctor' looks for the cause, {folder} has the reasons")
        lead, winner = campaign.records()[0], _winner(campaign)
        console.print("\nHow the winner came to be:")
        print_why(campaign.lineage(winner.value), campaign.domain, console)
        if campaign.loss is not None:
            campaign.loss.close()  # its maps make room for those of the other seed
        _confirm(receptor, lead, winner, seed + CONFIRM, workers, console)
        say_where(campaign)
    console.print(f"{time.monotonic() - began:.0f} s in all")


def _winner(campaign: Campaign) -> Record:
    """The best loss whose affinity is no worse than the lead's: binding must not pay for drug-likeness."""
    lead = campaign.records()[0].evaluation.raw.get("affinity", 0.0)
    ranked = campaign.best(len(campaign.records()))
    return next((r for r in ranked if r.evaluation.raw["affinity"] <= lead), ranked[0])


def _confirm(
    receptor: Receptor, lead: Record, winner: Record, seed: int, workers: int | None, console: Console
) -> None:
    console.print(
        f"\nDocked again with another seed ({seed}): the lead by search alone, the winner on the pose that gave:"
    )
    docking = {"receptor": receptor, "seed": seed, "workers": workers, "cache": False}
    terms = [*objective_terms(OBJECTIVE), *contacts(CONTACTS)]
    loss = build_loss(terms, {"docking": docking, "similarity": {"reference": LEAD}})
    first = loss.evaluate([lead.value])[0]
    built_on = {"parent_evaluation": first, "lead_evaluation": first, "dock_as": {"pose_mode": "keep"}}
    again = [first, *loss.evaluate([winner.value], [built_on])]
    for name, before, after in (("lead", lead.evaluation, again[0]), ("winner", winner.evaluation, again[1])):
        console.print(
            Text(f"  {name:7} loss {_pair(before, after, None)}, affinity {_pair(before, after, 'affinity')}")
        )
    if not all(evaluation.ok for evaluation in again):
        console.print("  not confirmed: a dock failed")
        return
    gain = again[0].number() - again[1].number()
    bound = again[1].raw["affinity"] - again[0].raw["affinity"]
    doubt = 2.0 * math.hypot(*map(_sd, again))
    verdict = "confirmed" if gain > doubt and bound <= 0.0 else "NOT confirmed"
    console.print(
        f"  {verdict}: loss {gain:.2f} better (2 sd: {doubt:.2f}), affinity {bound:+.2f} kcal/mol, "
        f"{'no worse' if bound <= 0 else 'worse'} than the lead's",
        highlight=False,
    )
    _tell_of_search(again[1].raw, console)


def _sd(evaluation: Evaluation) -> float:
    """The standard deviation of the docked term, kcal/mol."""
    return next((term.sd for term in evaluation.all_terms() if term.sd is not None), 0.0)


def _tell_of_search(raw: Mapping[str, float], console: Console) -> None:
    """What a search without the lead's pose finds for the winner: the same, or another mode."""
    kept, alone = raw["affinity"], raw.get("affinity_unseeded")
    if alone is not None:
        found = "no better" if alone >= kept else "a better one, which a chemist should look at"
        console.print(f"  A search without the lead's pose finds {alone:.2f} kcal/mol: {found}", highlight=False)


def _pair(first: Evaluation, second: Evaluation, key: str | None) -> str:
    numbers = [e.score if key is None else e.raw.get(key) for e in (first, second)]
    return " then ".join("failed" if n is None else f"{n:.3f}" for n in numbers)
