"""From a protein file to a receptor folder: read, choose the box, sort, build, check, write."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from molgrad.errors import ReceptorError, UnknownNameError
from molgrad.receptors.preparation import side_chains
from molgrad.receptors.preparation.bonds import AMINO, bonds
from molgrad.receptors.preparation.build import Builder
from molgrad.receptors.preparation.cofactors import ADDITIVES, MODIFIED, Cofactor, check_given, known_cofactors
from molgrad.receptors.preparation.findings import (
    CLASH,
    chain_words,
    contacts,
    doubtful,
    guesses,
    placed_changes,
    summary_lines,
    with_groups,
)
from molgrad.receptors.preparation.ions import BUFFER, METALS, is_ion
from molgrad.receptors.preparation.matching import compare
from molgrad.receptors.preparation.native import SAME_PLACE, Native
from molgrad.receptors.preparation.protonation import PARENTS, Evidence
from molgrad.receptors.preparation.read import Structure, read_structure
from molgrad.receptors.preparation.recipe import Recipe
from molgrad.receptors.preparation.report import Change, Report
from molgrad.receptors.preparation.residue import NEAR, WATERS, Residue, apart, from_box
from molgrad.receptors.preparation.site import Site, find_site
from molgrad.receptors.preparation.write import default_name, made_by, place_for, software, write_receptor
from molgrad.receptors.receptor import Receptor, load_receptor, user_folder

VINA_CUTOFF = 8.0  # Å; receptor atoms further than that from a ligand atom have no part in Vina's energy


@dataclass(frozen=True)
class Preparation:
    """A receptor ready for docking, and what was done to get there."""

    receptor: Receptor
    report: Report


def build_receptor(
    recipe: Recipe, name: str | None = None, *, out: Path | None = None, force: bool = False
) -> Preparation:
    """Build the receptor of a recipe and write its folder.

    Args:
        recipe: the protein file and every choice.
        name: under which `load_receptor` will find it; the protein file's name when None.
        out: the folder to write instead of the one under the user's receptors.
        force: replace a receptor of this name.

    Raises:
        InputFileError: a file that cannot be read.
        ReceptorError: everything near the box that cannot be built, with remedies; a box or name that
            cannot be used.
    """
    start = time.monotonic()
    folder = place_for(name or default_name(recipe.protein), out, force=force)
    structure = read_structure(recipe.protein)
    written, recipe = recipe, recipe.with_letters(structure.letters)
    _check_names(structure, recipe)
    known, site = _ligand(structure, recipe)
    taken = site.native.residues if site.native else ()
    whole, structure = structure, structure.without({residue.key for residue in taken})
    metals = [ion for ion in structure.hetero() if is_ion(ion) and ion.atoms[0].element.upper() in METALS - BUFFER]
    builder = Builder(site.box, recipe.drop, recipe.states, known, Evidence.of(structure.polymer(), metals))
    builder.changes += [_left_out(residue, "the native ligand", site) for residue in taken]
    chains = _chains(structure, recipe, site, builder)
    groups = _sorted_groups(structure, recipe, site, chains, builder)
    members = _whole([r for r in structure.polymer() if r.chain in chains], groups, recipe, site, builder)
    builder.bonds = bonds(groups, [*members, *groups])
    for residue in members:
        builder.add_member(residue)
    built = [group for group in groups if builder.add_group(group)]
    pdbqt = builder.pdbqt()
    summary, placed = (
        summary_lines(structure, chains, built, builder, site),
        placed_changes(whole, site, chains, builder),
    )
    warnings = (
        *structure.warnings,
        *site.warnings,
        *contacts(structure, site, chains, built),
        *doubtful(built, known),
    )
    report = Report(summary, placed, warnings, round(time.monotonic() - start, 1))
    origin = f"{recipe.protein.name}, {chain_words(chains)}{with_groups(built)}; box {site.description}"
    mol = site.native.mol if site.native else None
    return Preparation(write_receptor(folder, pdbqt, site.box, origin, mol, written, report), report)


def prepare_receptor(
    path: str | Path, *, name: str | None = None, out: str | Path | None = None, force: bool = False, **choices: Any
) -> Receptor:
    """Prepare a PDB or mmCIF file: `prepare_receptor("1ia1.pdb", ligand="B:TQ3194", keep=["NDP"])`.

    The README.md of the receptor's folder lists every change. The same file with the same choices is prepared once;
    another version of molgrad, gemmi, meeko or RDKit prepares it anew.

    Args:
        path: the protein file.
        name: what `load_receptor` will call it; the file's name when None.
        out: a folder to write instead of one under `user_folder()`.
        force: replace a receptor of this name that was made otherwise.
        choices: as the fields of `molgrad.receptors.preparation.Recipe`: one of ligand, center (Å), residues
            and pocket="auto"; and size (Å), chains, keep, drop, templates, states, rebuild.

    Raises:
        ReceptorError: what cannot be built near the box, with the remedy, or choices that make no sense.
        InputFileError: a file that cannot be read.
        UnknownNameError: a choice that does not exist.
    """
    protein = Path(path)
    out = None if out is None else Path(out)
    several = choices.keys() & {"residues", "chains", "keep", "drop"}
    lists = {key: (choices[key],) if isinstance(choices[key], str) else tuple(choices[key]) for key in several}
    plain: dict[str, Any] = {
        key: os.fspath(value) if isinstance(value, Path) else value for key, value in choices.items()
    }
    known = {field.name for field in fields(Recipe)} - {"protein"}
    if unknown := sorted(set(choices) - known):
        raise UnknownNameError("choice", unknown[0], known)
    recipe = Recipe(protein, **plain | lists)
    wanted = name or default_name(protein)
    folder = out if out is not None else user_folder() / wanted
    made = made_by(folder)
    if not force and made == (recipe.sha256(), software()):
        return load_receptor(folder)
    ours = made is not None and made[0] == recipe.sha256()  # by an older molgrad: made anew, and nothing is lost
    return build_receptor(recipe, wanted, out=out, force=force or ours).receptor


def _ligand(structure: Structure, recipe: Recipe) -> tuple[dict[str, Cofactor], Site]:
    """The cofactors and templates by name, and the site; a group that is the ligand of a file is known by that."""
    hetero = structure.hetero()
    names = {residue.name for residue in hetero}
    elsewhere = {recipe.ligand} if recipe.ligand else set()
    members = {residue.name for residue in structure.polymer()}
    if standard := sorted(members & AMINO & recipe.templates.keys() - names - elsewhere):
        raise ReceptorError(
            f"{standard[0]} is an amino acid of the chains; templates are for ligands, cofactors and modified "
            f"residues. --drop names those {standard[0]} that cannot be built, --state sets a protonation"
        )
    given = members & recipe.templates.keys()
    known = known_cofactors(names | members & MODIFIED.keys() | given, recipe.templates, elsewhere)
    check_given(recipe.templates, hetero, known)
    site = find_site(structure, recipe, known)
    site.warnings.extend(note for cofactor in known.values() for note in cofactor.notes)
    if site.native and site.native.mol:
        mine = Cofactor(site.native.mol, _source(site.native)).with_hydrogens()
        alike = {r.name for r in hetero if r.name not in known and compare(r, mine.mol, mine.source).whole}
        known |= dict.fromkeys(alike, mine)
    return known, site


def _left_out(residue: Residue, why: str, site: Site) -> Change:
    return Change("groups left out", residue.label, why, round(from_box(residue.points, site.box), 1))


def _check_names(structure: Structure, recipe: Recipe) -> None:
    """Every name a user gives must mean something: a misspelt --keep would silently keep nothing."""
    chains = list(dict.fromkeys(residue.chain for residue in structure.residues))
    if missing := [chain for chain in recipe.chains if chain not in chains]:
        raise ReceptorError(f"there is no chain {', '.join(missing)}; the file holds {', '.join(chains)}")
    for option, names in (("--keep", recipe.keep), ("--drop", recipe.drop), ("--state", tuple(recipe.states))):
        for name in names:
            if not any(residue.named(name) for residue in structure.residues):
                groups = Counter(r.name for r in structure.hetero())
                held = ", ".join(f"{group} ({n})" for group, n in groups.most_common(12)) or "none"
                raise ReceptorError(
                    f"{option} {name}: the file holds no such residue; names are like NDP, B:NDP195 or A:57; "
                    f"hetero groups: {held}"
                )
    for place, state in recipe.states.items():
        named = [residue for residue in structure.residues if residue.named(place)]
        wrong = [r.label for r in named if PARENTS.get(r.name, r.name) != PARENTS.get(state, state)]
        if wrong:
            raise ReceptorError(f"--state {place}={state}: {wrong[0]} is no {PARENTS.get(state, state)}")


def _chains(structure: Structure, recipe: Recipe, site: Site, builder: Builder) -> list[str]:
    """The chains to build: those asked for, or those with an atom that a docked molecule can feel."""
    nearest: dict[str, float] = {}
    for residue in structure.polymer():
        away = from_box(residue.points, site.box)
        nearest[residue.chain] = min(away, nearest.get(residue.chain, away))
    wanted = recipe.chains or tuple(chain for chain, away in nearest.items() if away <= VINA_CUTOFF)
    for chain, away in nearest.items():
        if chain not in wanted:
            why = "not asked for" if recipe.chains else "too far to matter"
            builder.changes.append(Change("chains left out", chain, why, round(away, 1)))
            if recipe.chains and away <= NEAR:
                site.warnings.append(f"chain {chain} was left out and comes within {away:.1f} Å of the box")
    chains = [chain for chain in nearest if chain in wanted]
    if not chains or min(nearest[chain] for chain in chains) > VINA_CUTOFF:
        raise ReceptorError(f"no atom of chain {', '.join(wanted) or 'any'} comes near the box; is it the right place?")
    return chains


def _sorted_groups(
    structure: Structure, recipe: Recipe, site: Site, chains: Sequence[str], builder: Builder
) -> list[Residue]:
    """The hetero groups to build; every other one becomes a change with its reason."""
    groups = []
    for residue in structure.hetero():
        reason = _why_not(residue, recipe, site, chains, builder.known)
        if reason is None:
            groups.append(residue)
            continue
        kind = "waters left out" if residue.name in WATERS else "groups left out"
        away = round(from_box(residue.points, site.box), 1)
        builder.changes.append(Change(kind, residue.label, reason, away))
    return groups


def _why_not(
    residue: Residue, recipe: Recipe, site: Site, chains: Sequence[str], known: Mapping[str, Cofactor]
) -> str | None:
    """Why a hetero group is left out; None if it is to be built (or refused by the builder)."""
    away = from_box(residue.points, site.box)
    if residue.name in WATERS and site.native and apart(residue.points, site.native.points) < SAME_PLACE:
        return "where the native ligand lies"
    if any(residue.named(name) for name in recipe.drop):
        return "as asked"
    if any(residue.named(name) for name in recipe.keep):
        # A bare name means the copies that matter, a place means that one.
        return "too far to matter" if residue.name in recipe.keep and away > VINA_CUTOFF else None
    if residue.name in WATERS:
        return ""
    if away > VINA_CUTOFF:
        return "too far to matter"
    if recipe.chains and residue.chain not in chains and away > NEAR:
        return "not in a chain asked for"
    copy = site.native is not None and _copy(residue, site.native, known)
    if site.native and copy and (residue.name not in known or apart(residue.points, site.native.points) < CLASH):
        return "another copy of the ligand"
    if copy:
        _say_copy(residue, site)
    if residue.name in known:
        return None
    if residue.name in ADDITIVES:
        return "buffer or cryoprotectant"
    if is_ion(residue):
        return "buffer ion" if residue.atoms[0].element.upper() in BUFFER else None
    return None


def _copy(residue: Residue, native: Native, known: Mapping[str, Cofactor]) -> bool:
    """Whether a group is the ligand once more: of its name, or the molecule of the ligand's own file."""
    names = {part.name for part in native.residues if not part.polymer}
    alike = residue.name in known and known[residue.name].source == _source(native)
    return (len(native.residues) == 1 and residue.name in names) or alike


def _source(native: Native) -> str:
    """What reports say of bond orders that come from the ligand's file."""
    return f"ligand {native.name}"


def _say_copy(residue: Residue, site: Site) -> None:
    site.warnings.append(
        f"{residue.label}, another copy of the ligand, was built as part of the receptor; --drop {residue.label} "
        "leaves it out"
    )


def _whole(
    members: Sequence[Residue], groups: Sequence[Residue], recipe: Recipe, site: Site, builder: Builder
) -> list[Residue]:
    """The members of the chains, those that lack atoms rebuilt unless the recipe forbids it or gives them up."""

    def may(residue: Residue) -> bool:
        return recipe.rebuild and not any(residue.named(name) for name in recipe.drop)

    rebuilt = side_chains.rebuild(members, groups, site.native.atoms if site.native else (), may)
    guessed: list[str] = []
    for new in rebuilt.values():
        away = round(from_box(new.residue.points, site.box), 1)
        detail = f"{' '.join(new.names)}{f', {new.touches}' if new.touches else ''}"
        builder.changes.append(Change("atoms rebuilt", new.residue.label, detail, away))
        if away <= NEAR:
            guessed.append(f"{new.residue.label}{f' ({new.touches}: no rotamer fits)' if new.touches else ''}")
    whole = [rebuilt[residue.key].residue if residue.key in rebuilt else residue for residue in members]
    site.warnings.extend(guesses(guessed, sum(from_box(residue.points, site.box) <= NEAR for residue in whole)))
    return whole
