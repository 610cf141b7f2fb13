"""What bounds the proposals of a run from leads: the core and size of their series, and what may vary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from molgrad.autograd.domain import Scope, Starts
from molgrad.chem.core import cores, missing
from molgrad.chem.parse import read
from molgrad.chem.stable import settled
from molgrad.chem.varied import fixed_part, read_positions, shown_positions
from molgrad.errors import ConflictingSettingsError, InputFileError, InvalidMoleculeError, shorten
from molgrad.validation import Bounds
from molgrad.validation.bounds import pattern_of

# Heavy atoms by which an analogue may be smaller than the smallest lead or larger than the largest. Matched pairs are
# counted as such up to a difference of 8 heavy atoms (Hu et al., J. Chem. Inf. Model. 52 (2012) 1138). From lead to
# drug a molecule gains 69 g/mol in the median, five heavy atoms (Oprea et al., J. Chem. Inf. Comput. Sci. 41, 1308).
SMALLER, LARGER = 6, 8


def scoped(bounds: Bounds, scope: Scope, starts: Sequence[str], vary: Sequence[str] = ()) -> Bounds:
    """The bounds of what may be proposed from some starts.

    Args:
        bounds: of the user; a core among them replaces the framework that the starts share.
        scope: analogues keep the core and the size, hops the size.
        starts: canonical SMILES.
        vary: positions of the lead that may change, as `R1=atoms 3,4`; all others may not.

    Raises:
        InputFileError: a core that a start lacks, or positions that it does not have.
        ConflictingSettingsError: a core or positions for a hop, which changes them, or positions of several leads.
    """
    if not starts:
        return bounds
    if scope == "hop" and (bounds.core or vary):
        given = "core" if bounds.core else "vary"
        raise ConflictingSettingsError(
            f"a hop changes the core: leave out --{given}, or say --keep SMARTS for the part that must stay"
        )
    for smarts in bounds.core:
        _all_hold(smarts, starts)
    if scope == "analogues" and not bounds.core and not vary:
        bounds = replace(bounds, core=cores(starts))
    if vary:
        bounds = _varied(bounds, starts, vary)
    if scope == "free":
        return bounds
    sizes = [read(start).mol.GetNumHeavyAtoms() for start in starts]
    return replace(bounds, sizes=(max(1, min(sizes) - SMALLER), max(sizes) + LARGER))


def with_core(starts: Starts, core: str | None) -> Starts:
    """The starts that hold the core, with a note on each that is left out; all of them where none does.

    Args:
        starts: of the run.
        core: SMARTS; None for the framework that the starts share.

    Raises:
        InputFileError: the core is no SMARTS.
    """
    if core is None:
        return starts
    lacks = {start: said for start in starts.values if (said := _lacking(core, start))}
    if not lacks or len(lacks) == len(starts.values):
        return starts  # `scoped` tells the user what to do
    fit = tuple(start for start in starts.values if start not in lacks)
    return Starts(fit, (*starts.notes, *(f"start left out: {said}" for said in lacks.values())), starts.names)


def _all_hold(smarts: str, starts: Sequence[str]) -> None:
    for start in starts:
        if said := _lacking(smarts, start):
            raise InputFileError(f"{said}; {_drawn_otherwise(smarts, start) or 'give a core that every start has'}")


def _lacking(smarts: str, start: str) -> str:
    """What a start lacks of a core, in words; empty where it holds it."""
    pattern = pattern_of(smarts)
    if read(start).mol.HasSubstructMatch(pattern):
        return ""
    lacks = missing(start, pattern).replace("&", "").replace("H1]", "H]").replace(".", " and ")
    verb = "are" if " and " in lacks else "is"
    return f"the core {shorten(smarts, 120)} is not in the start {shorten(start, 160)}: {lacks} {verb} missing"


def _drawn_otherwise(smarts: str, start: str) -> str:
    """The core as the start has it, where it is that core drawn as another tautomer."""
    try:
        other = settled(smarts)
    except InvalidMoleculeError:
        return ""  # a SMARTS that is no SMILES
    held = read(start).mol.HasSubstructMatch(pattern_of(other))
    return f"as another tautomer it is there: --core '{other}'" if held else ""


def _varied(bounds: Bounds, starts: Sequence[str], vary: Sequence[str]) -> Bounds:
    if len(starts) != 1:
        raise ConflictingSettingsError(f"--vary numbers the atoms of one lead, and there are {len(starts)} starts")
    named = [read_positions(text, starts[0]) for text in vary]
    free = {atom for _, atoms in named for atom in atoms}
    words = f"{shown_positions(starts[0], named)} of {starts[0]}"
    return replace(bounds, fixed=fixed_part(starts[0], free), positions=words)
