"""`molgrad optimize`: a campaign from options or a TOML file."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from molgrad.campaign.campaign import BATCH, Campaign
from molgrad.chem.states import DEFAULT_PROTONATION
from molgrad.chem.stereo import first_stereoisomer
from molgrad.cli.engine import engine_of, say_usage
from molgrad.config import build_loss, contacts, objective_terms, read_run
from molgrad.errors import InputFileError, InvalidMoleculeError, plain
from molgrad.evaluation import Status
from molgrad.io import read_library
from molgrad.molecule.domain import MoleculeDomain
from molgrad.molecule.molecule import Molecule
from molgrad.receptors import load_receptor
from molgrad.report.live import live_line
from molgrad.report.tables import print_best
from molgrad.validation import Bounds, Validator

_SMILES_ONLY = frozenset("()[]=#@")  # no file of starts would be called so
_NAMED = 3  # bad starts that an error names; a file may hold thousands
FILES = (".smi", ".smiles", ".csv", ".tsv", ".sdf", ".sd", ".txt")


def run_optimize(given: Mapping[str, Any], config: Path | None, *, cache: bool, quiet: bool) -> None:
    """Run or resume a campaign; options win over the file's settings."""
    written = read_run(config) if config is not None else {}
    if "effort" in given or "exhaustiveness" in given:  # one replaces the other
        written = {key: value for key, value in written.items() if key not in ("effort", "exhaustiveness")}
    settings = {**written, **given}
    if "receptor" not in settings:
        raise InputFileError("which receptor? give --receptor NAME; 'molgrad receptor list' names them")
    if "start" not in settings:
        raise InputFileError("start from what? give --start SMILES or --start FILE")
    receptor = load_receptor(settings["receptor"], box=settings.get("box", "default"))
    folder = Path(settings.get("out") or f"runs/{receptor.name}")
    docking = {
        "receptor": receptor, "effort": settings.get("effort"), "exhaustiveness": settings.get("exhaustiveness"),
        "seed": settings.get("seed", 0), "workers": settings.get("workers"), "cache": cache,
        "pose": settings.get("pose"), "protonation": settings.get("protonation", DEFAULT_PROTONATION),
    }  # fmt: skip
    engine = engine_of(settings)
    first = starts(settings["start"])
    domain, first = _bounded(first, settings)
    terms = settings.get("term") or objective_terms(settings.get("objective", "default"))
    terms = [*terms, *contacts(settings.get("contact", ()))]
    shared = {"docking": docking, "similarity": {"reference": first[0]}}
    campaign = Campaign(
        folder, start=first, domain=domain, loss=build_loss(terms, shared),
        engine=engine, seed=settings.get("seed", 0),
        batch=settings.get("batch", BATCH), role=settings.get("role", f"ligand of {receptor.name}"),
    )  # fmt: skip
    with campaign:
        run(campaign, settings.get("docks", 60), quiet=quiet)
        print_best(campaign)
        say_where(campaign)
        say_usage(campaign.transcript.usage(), "price" in settings, campaign.advisor)


def _bounded(first: Sequence[str], settings: Mapping[str, Any]) -> tuple[MoleculeDomain, list[str]]:
    """Molecules within the bounds that were asked, and the starts that keep to them: others could have no children.

    Raises:
        InputFileError: a bound that cannot be read, or no start that holds the parts to be kept.
    """
    keep = settings.get("keep", ())
    asked = Validator("parse", Bounds(tuple(keep)).checks())
    verdicts = {value: asked.check(value) for value in first}
    fit = [value for value, verdict in verdicts.items() if verdict.ok]
    refused = [f"{value}: {verdict.text}" for value, verdict in verdicts.items() if not verdict.ok]
    if not fit:
        raise InputFileError("no start can be used; give one that holds the part, or another --keep: "
                             + "; ".join(refused[:_NAMED]))  # fmt: skip
    for problem in refused:
        sys.stderr.write(f"molgrad: start left out: {problem}\n")
    least = settings.get("min_similarity", 0.0)
    domain = MoleculeDomain(settings.get("preset", "druglike"), keep=keep, similar_to=fit, min_similarity=least)
    _say_faults(fit, domain)
    return domain, fit


def _say_faults(first: Sequence[str], domain: MoleculeDomain) -> None:
    """Name starts that could not be proposed themselves; that fragments are small is what they are for."""
    verdicts = {value: domain.validator.check(value) for value in first}
    faults = {v: [r.text for r in found.reasons if r.rule != "size"] for v, found in verdicts.items()}
    faulty = [f"{value}: {'; '.join(texts)}" for value, texts in faults.items() if texts]
    for one in faulty[:_NAMED]:
        sys.stderr.write(f"molgrad: start {one}; it is measured, but nothing like that is proposed\n")
    if len(faulty) > _NAMED:
        sys.stderr.write(f"molgrad: so it is with {len(faulty) - _NAMED} more starts\n")


def run(campaign: Campaign, docks: int, *, quiet: bool) -> None:
    """Run with a live line; Ctrl-C leaves a folder from which the same command goes on."""
    before = sum(r.evaluation is not None for r in campaign.rows())
    if before and not quiet:
        sys.stderr.write(f"{campaign.folder}: going on; measured before: {before}\n")
    try:
        with live_line(quiet=quiet) as line:
            campaign.run(docks, watch=line)
    except KeyboardInterrupt:
        sys.stderr.write(f"\nmolgrad: stopped; everything measured is in {campaign.folder}, "
                         "the same command goes on from there\n")  # fmt: skip
        raise
    for note in campaign.notes():
        sys.stderr.write(plain(f"molgrad: {note}\n"))


def say_where(campaign: Campaign) -> None:
    """Name the files of the run and count what failed."""
    bad = [r for r in campaign.records() if r.evaluation.status in (Status.FAILED, Status.INVALID)]
    rows = len(campaign.records())
    sys.stdout.write(f"{campaign.folder}: molecules.csv (rows: {rows}), poses.sdf, campaign.toml, campaign.db\n")
    if bad:
        sys.stdout.write(f"{len(bad)} gave no number; the column 'failure' says why\n")


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except OSError:  # a long SMILES is no name that a file could have
        return False


def _label(file: str, name: str) -> str:
    """Where a start stands: unnamed records are known by their number."""
    return f"{file}, {f'molecule {name}' if name.isdigit() else name}: "


def starts(given: Sequence[str]) -> list[str]:
    """SMILES and files as canonical starts; a bad one is named and left out, unless none is left."""
    found: list[str] = []
    refused: list[str] = []
    for text in given:
        if Path(text).suffix.lower() in FILES:
            named = [(_label(text, entry.name), entry.smiles, entry.error) for entry in read_library(text)]
        elif _is_file(text):
            raise InputFileError(f"{text} is a file of no kind that is read: name it .smi, .csv or .sdf")
        else:
            named = [("", text, None)]
        for label, smiles, error in named:
            if error is not None:
                refused.append(label + error)
                continue
            try:
                molecule = Molecule(smiles)
                # A campaign's molecules are single stereoisomers from the start, or no child could be one.
                value, taken = first_stereoisomer(molecule.value)
                found.append(value)
                for note in (*molecule.notes, taken):
                    if note and not note.startswith("undefined stereo:"):  # said by what was taken for it
                        sys.stderr.write(f"molgrad: start {label}{smiles}: {note}\n")
            except InvalidMoleculeError as problem:
                name = not label and not set(text) & _SMILES_ONLY
                refused.append(f"{label}{problem}{'; nor is there a file of that name' if name else ''}")
    if not found:
        more = f"; and {len(refused) - _NAMED} more" if len(refused) > _NAMED else ""
        raise InputFileError("no start is left: " + "; ".join(refused[:_NAMED]) + more)
    for problem_text in refused:
        sys.stderr.write(f"molgrad: start left out: {problem_text}\n")
    return list(dict.fromkeys(found))
