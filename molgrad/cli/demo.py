"""`molgrad demo`: the main job on real input, confirmed with another seed, and explained."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
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
from molgrad.optim.record import Record
from molgrad.receptors import Receptor, load_receptor
from molgrad.report.tables import print_best
from molgrad.report.why import print_why

RECEPTOR = "1ia1"
LEAD = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"  # trimethoprim
CORE = "Nc1ccnc(N)n1"  # the diaminopyrimidine
# Its hydrogen bonds in every dihydrofolate reductase: with the acid, and with a carbonyl of the backbone.
CONTACTS = ("B:GLU32", "B:ILE9")
OBJECTIVE = "lead"
FINALISTS = 3  # docked again: the lowest of twenty uncertain scores is often luck
CONFIRM = 1000  # added to the seed: another conformer and another search


def run_demo(folder: Path, *, docks: int, seed: int, workers: int | None, quiet: bool) -> None:
    """Optimize trimethoprim against DHFR, then dock the lead and the best three again with another seed.

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
        lead, finalists = campaign.records()[0], _finalists(campaign)
        if campaign.loss is not None:
            campaign.loss.close()  # its maps make room for those of the other seed
        again = _docked_again(receptor, lead, finalists, seed + CONFIRM, workers)
        winner = _confirm(lead, finalists, again, seed + CONFIRM, console)
        console.print(f"\nHow {winner.name} came to be:")
        print_why(campaign.lineage(winner.value), campaign.domain, console)
        say_where(campaign)
    console.print(f"{time.monotonic() - began:.0f} s in all")


def _finalists(campaign: Campaign) -> list[Record]:
    """The best of those whose affinity is no worse than the lead's: binding must not pay for drug-likeness."""
    lead = campaign.records()[0].evaluation.raw.get("affinity", 0.0)
    ranked = campaign.best(len(campaign.records()))
    binding = [record for record in ranked if record.evaluation.raw["affinity"] <= lead]
    return (binding or ranked)[:FINALISTS]


def _docked_again(
    receptor: Receptor, lead: Record, finalists: Sequence[Record], seed: int, workers: int | None
) -> list[Evaluation]:
    """The lead by search alone with another seed, then each finalist in the binding mode which that found."""
    docking = {"receptor": receptor, "seed": seed, "workers": workers, "cache": False}
    terms = [*objective_terms(OBJECTIVE), *contacts(CONTACTS)]
    loss = build_loss(terms, {"docking": docking, "similarity": {"reference": LEAD}})
    first = loss.evaluate([lead.value])[0]
    built_on = {"parent_evaluation": first, "lead_evaluation": first, "dock_as": {"pose_mode": "keep"}}
    return [first, *loss.evaluate([one.value for one in finalists], [built_on] * len(finalists))]


def _confirm(
    lead: Record, finalists: Sequence[Record], again: Sequence[Evaluation], seed: int, console: Console
) -> Record:
    """Print what the second docks say; the winner has the lowest mean of both losses among those that are confirmed."""
    console.print(
        f"\nDocked again with another seed ({seed}), the lead by search alone, the best in the mode it found:"
    )
    for record, evaluation in zip([lead, *finalists], again, strict=True):
        said = _verdict(again[0], evaluation) if record is not lead else "the lead"
        loss, affinity = (_pair(record.evaluation, evaluation, key) for key in (None, "affinity"))
        numbers = f"loss {loss}, affinity {affinity}"
        console.print(Text(f"  {record.name}  {numbers}: {said}"), highlight=False, soft_wrap=True)
    pairs = [(record, evaluation) for record, evaluation in zip(finalists, again[1:], strict=True) if evaluation.ok]
    held = [pair for pair in pairs if _confirmed(again[0], pair[1])]
    if not pairs:
        return finalists[0]
    winner, measured = min(held or pairs, key=lambda pair: pair[0].evaluation.number() + pair[1].number())
    said = "the best of those confirmed" if held else "the best of them, NOT confirmed"
    console.print(f"  The winner is {winner.name}, {winner.value}: {said}", highlight=False, soft_wrap=True)
    _tell_of_search(measured.raw, console)
    return winner


def _confirmed(lead: Evaluation, again: Evaluation) -> bool:
    """Whether the loss is better than the lead's by twice the doubt of the difference, and the affinity no worse."""
    if not (lead.ok and again.ok):
        return False
    better = lead.number() - again.number() > 2.0 * math.hypot(_sd(lead), _sd(again))
    return better and again.raw["affinity"] <= lead.raw["affinity"]


def _verdict(lead: Evaluation, again: Evaluation) -> str:
    if not (lead.ok and again.ok):
        return "not confirmed, a dock failed"
    gain, doubt = lead.number() - again.number(), 2.0 * math.hypot(_sd(lead), _sd(again))
    word = "confirmed" if _confirmed(lead, again) else "NOT confirmed"
    return f"{word}, {gain:.2f} better than the lead (2 sd: {doubt:.2f})"


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
