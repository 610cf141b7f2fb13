"""From a SMILES to one sound molecule whose atoms are numbered as its canonical SMILES writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from operator import itemgetter

from rdkit import Chem, rdBase
from rdkit.Chem import rdqueries

from molgrad.chem import extension, labels, salts
from molgrad.chem.extension import ExtensionError, StereoGroup
from molgrad.chem.problems import Problem, diagnose, twisted, undrawn, unreadable
from molgrad.errors import InvalidMoleculeError, shorten

_DUMMY = rdqueries.AtomNumEqualsQueryAtom(0)
_MAPPED = rdqueries.HasPropQueryAtom("molAtomMapNumber")
MAX_ATOMS = 500  # atoms as written; far above anything that can be docked
_HYDROGENS = re.compile(r"\[([DT])(?=\]|[+-])"), {"D": "[2H", "T": "[3H"}  # symbols of the field that no SMILES has
_FAULTS = 12  # faults of one text that are told
_ROUNDS = 6  # RDKit's canonical form settles after one or two rounds; of a cycle the smallest is taken


@dataclass(frozen=True, slots=True)
class Parsed:
    """A molecule as read.

    Attributes:
        mol: sanitized, one fragment, without isotope labels; atom i is the i-th heavy atom of `smiles`. Of a molecule
            with stereo groups it is one of the forms. Shared: copy before changing.
        smiles: canonical isomeric SMILES, isotope labels kept; with stereo groups a CXSMILES, `C[C@H](N)CC |&1:1|`.
        notes: what was changed on the way, such as `salt stripped: [Na+]`.
        groups: centres that are known relative to one another only.
        labels: isotope labels of the SMILES that `mol` has not, such as `3 x 2H`; empty for none.
    """

    mol: Chem.Mol
    smiles: str
    notes: tuple[str, ...] = ()
    groups: tuple[StereoGroup, ...] = ()
    labels: str = ""


def parse(smiles: str) -> Chem.Mol:
    """A molecule of the caller's own, atom i being the i-th atom of `canonical(smiles)`.

    Raises:
        InvalidMoleculeError: with a reason for each fault, naming the character or the atom.
    """
    return Chem.Mol(read(smiles).mol)


def canonical(smiles: str) -> str:
    """The canonical isomeric SMILES of the parent molecule; idempotent. Raises InvalidMoleculeError."""
    return read(smiles).smiles


def without_labels(smiles: str) -> str:
    """The canonical SMILES without isotope labels; stereo groups stay. Raises InvalidMoleculeError."""
    parsed = read(smiles)
    if not parsed.labels:
        return parsed.smiles
    return canonical(Chem.MolToSmiles(parsed.mol) + extension.written(_in_order(parsed)))


def _in_order(parsed: Parsed) -> list[StereoGroup]:
    """The groups, numbered as RDKit has just written the molecule."""
    order = list(parsed.mol.GetPropsAsDict(True, True)["_smilesAtomOutputOrder"])
    return [StereoGroup(kind, tuple(order.index(i) for i in atoms)) for kind, atoms in parsed.groups]


def as_labelled(parsed: Parsed) -> tuple[Chem.Mol, list[int]]:
    """The molecule with its isotope labels, and where each atom of `parsed.mol` stands in that. Shared."""
    if not parsed.labels:
        return parsed.mol, list(range(parsed.mol.GetNumAtoms()))
    mol = Chem.MolFromSmiles(parsed.smiles.partition(" ")[0])
    return mol, [atom.GetIdx() for atom in mol.GetAtoms() if atom.GetAtomicNum() > 1]


def numbered(mol: Chem.Mol) -> tuple[str, tuple[int, ...]]:
    """The canonical SMILES of a molecule, and for each of its atoms the place in that. Raises InvalidMoleculeError."""
    smiles = Chem.MolToSmiles(mol)
    final = read(smiles)
    if final.smiles != smiles:  # canonical form settled in a second round
        return final.smiles, tuple(final.mol.GetSubstructMatch(mol, useChirality=True))
    places = [0] * mol.GetNumAtoms()
    for place, atom in enumerate(mol.GetPropsAsDict(True, True)["_smilesAtomOutputOrder"]):
        places[atom] = place
    return smiles, tuple(places)


def read(smiles: str) -> Parsed:
    """Molecule, canonical SMILES and notes of a text. Cached: `mol` is shared and must not be changed.

    Raises:
        InvalidMoleculeError: with a reason for each fault, naming the character or the atom.
    """
    outcome = examine(smiles)
    if isinstance(outcome, Parsed):
        return outcome
    raise InvalidMoleculeError(smiles, [problem.text for problem in outcome])


def examine(smiles: str) -> Parsed | tuple[Problem, ...]:
    """As `read`, but returns the problems instead of raising. Results, failures included, are remembered."""
    outcome = _seen.get(smiles)
    if outcome is None:
        outcome = _examine(smiles)
        if not isinstance(outcome, Parsed) and len(outcome) > _FAULTS:
            outcome = (*outcome[:_FAULTS], Problem("parse", f"and {len(outcome) - _FAULTS} faults more"))
        _remember(smiles, outcome)
        if isinstance(outcome, Parsed) and outcome.smiles != smiles:
            # every later question is asked with the canonical SMILES: it must not be parsed again
            _remember(outcome.smiles, replace(outcome, notes=()))
    return outcome


# Not lru_cache: a result is stored under two names. The oldest entry leaves first; each dict step is atomic.
_seen: dict[str, Parsed | tuple[Problem, ...]] = {}
_SEEN_MAX = 5_000  # entries of about 10 kB; a batch of the search looks at some 500 new molecules


def _remember(smiles: str, outcome: Parsed | tuple[Problem, ...]) -> None:
    while len(_seen) >= _SEEN_MAX:
        _seen.pop(next(iter(_seen)), None)
    _seen[smiles] = outcome


def _examine(smiles: str) -> Parsed | tuple[Problem, ...]:
    try:
        text, more = extension.split(smiles.strip())
    except ExtensionError as error:
        return (Problem("parse", str(error)),)
    text = _HYDROGENS[0].sub(lambda found: _HYDROGENS[1][found[1]], text)
    if problems := unreadable(text):
        return problems
    try:
        with rdBase.BlockLogs():
            mol = Chem.MolFromSmiles(text)
            if mol is None:
                return diagnose(text)
            if wrong := twisted(mol, text) or undrawn(mol, text):
                return wrong
            return _settle(*extension.apply(text, more)) if more else _settle(mol)
    except ExtensionError as error:
        return (Problem("parse", str(error)),)
    except (RuntimeError, ValueError, OverflowError) as error:  # within RDKit; what it says of itself is the reason
        said = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
        return (Problem("parse", f"RDKit cannot take it: {shorten(said[1] if len(said) > 1 else said[0])}"),)


def _settle(mol: Chem.Mol, notes: tuple[str, ...] = ()) -> Parsed | tuple[Problem, ...]:
    """One neutral parent in canonical order, or why there is none."""
    if mol.GetNumAtoms() > MAX_ATOMS:
        return (Problem("parse", f"{mol.GetNumAtoms()} atoms; at most {MAX_ATOMS} are read"),)
    dummies = tuple(atom.GetIdx() for atom in mol.GetAtomsMatchingQuery(_DUMMY))
    if dummies:
        return (Problem("parse", "it holds '*', an open attachment point and no atom; put an atom there", dummies),)
    mol, notes = labels.without_plain_hydrogens(mol), notes + _unmapped(mol)
    if len(Chem.GetMolFrags(mol)) > 1:
        parent, stripped, problem = salts.choose(mol)
        if parent is None:
            return (Problem("fragments", problem),)
        mol, notes = parent, notes + stripped
    if mol.GetNumHeavyAtoms() == 0:
        return (Problem("parse", "it holds hydrogen only; there is no heavy atom to work on"),)
    groups = extension.groups_of(mol)
    return _grouped(mol, groups, notes) if groups else _parsed(mol, notes)


def _unmapped(mol: Chem.Mol) -> tuple[str, ...]:
    """Take away atom map numbers: labels of a reaction, not part of the molecule."""
    mapped = mol.GetAtomsMatchingQuery(_MAPPED)
    for atom in (found := list(mapped)):
        atom.SetAtomMapNum(0)
    return ("atom map numbers left out",) if found else ()


def _parsed(mol: Chem.Mol, notes: tuple[str, ...]) -> Parsed | tuple[Problem, ...]:
    found = _canonical_order(mol)
    if isinstance(found, Problem):
        return (found,)
    final, smiles = found
    bare, said = labels.unlabelled(final)
    return Parsed(bare, smiles, notes, labels=said)


def _grouped(
    mol: Chem.Mol, groups: list[tuple[str, list[int]]], notes: tuple[str, ...]
) -> Parsed | tuple[Problem, ...]:
    """A molecule with stereo groups, drawn as the form whose SMILES comes first; a group that changes nothing goes."""
    if len(groups) > extension.MAX_GROUPS:
        return (Problem("parse", f"{len(groups)} stereo groups; at most {extension.MAX_GROUPS} are read"),)
    drawn = extension.forms(mol, groups)
    written = []
    for form in drawn:
        found = _canonical_order(form)
        if isinstance(found, Problem):
            return (found,)
        written.append(found)
    texts = [smiles for _, smiles in written]
    real = [
        group
        for place, group in enumerate(groups)
        if any(text != texts[number ^ (1 << place)] for number, text in enumerate(texts))
    ]
    first = min(texts)
    ways = [
        (extension.placed(form, final, real), final)
        for form, (final, smiles) in zip(drawn, written, strict=True)
        if smiles == first
    ]
    placed, final = min(ways, key=itemgetter(0))
    bare, said = labels.unlabelled(final)
    # In the text all atoms are counted, labelled hydrogens too; in the molecule, its own.
    heavy = [atom.GetIdx() for atom in final.GetAtoms() if atom.GetAtomicNum() > 1]
    groups_here = tuple(StereoGroup(kind, tuple(heavy.index(i) for i in atoms)) for kind, atoms in placed)
    return Parsed(bare, first + extension.written(placed), notes, groups_here, said)


def _canonical_order(mol: Chem.Mol) -> tuple[Chem.Mol, str] | Problem:
    """The molecule in the order of its canonical SMILES, and that."""
    seen: list[str] = [Chem.MolToSmiles(mol)]
    for _ in range(_ROUNDS):
        again = Chem.MolFromSmiles(seen[-1])
        if again is None:
            return Problem("parse", f"RDKit cannot read its own canonical form {shorten(seen[-1])}")
        smiles = Chem.MolToSmiles(again)
        if smiles == seen[-1]:
            return again, smiles
        if smiles in seen:
            smiles = min(seen[seen.index(smiles) :])
            return Chem.MolFromSmiles(smiles), smiles
        seen.append(smiles)
    return Chem.MolFromSmiles(seen[-1]), seen[-1]
