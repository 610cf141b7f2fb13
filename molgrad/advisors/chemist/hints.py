"""Hints that agree: what holds the molecule is not changed, what is lacking is asked for where it can be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from rdkit import Chem

from molgrad.advisors.chemist.aims import pose_facts
from molgrad.chem.matched_pair import Change, change
from molgrad.chem.parse import read
from molgrad.evaluation import Evaluation, Fact
from molgrad.interactions import kinds
from molgrad.molecule.holding import held

_MENDED_BY_REMOVAL = frozenset({kinds.EXPOSED, kinds.INEFFICIENT, kinds.BURIED, kinds.CLASH, kinds.LIKE_POLAR})
# Where a group must come to bond: a hydrogen bond is 2.7 to 3.5 Å long, and each bond of a chain leads 1.2 to 1.5 Å on.
_HBOND_LENGTH, _STEP = 3.5, 1.25  # Å
_OVERSHOOT = 2  # bonds; a longer chain folds back, a much longer one misses the site
# What a fact says could bond at its atoms, by the word it says it with.
_WORDS = ("donor", "acceptor", "hydrophobic")
_WANTING = (kinds.UNSATISFIED, kinds.CONTACT_LOST)

# What a fact of each kind has been worth to the search, as a factor of its weight. From single edits docked in KIT and
# DRD2 and from runs with and without each line (docs/history.md): room, rotatable bonds and QED's terms led to gains,
# a partner that could be met never did.
WORTH = {kinds.UNSATISFIED: 0.3}


def holding_atoms(evaluations: Iterable[Evaluation]) -> frozenset[int]:
    """The atoms by which the pose holds: in a hydrogen bond, a salt bridge, or a contact that the loss asks for.

    Args:
        evaluations: of the molecule.
    """
    return held(fact for evaluation in evaluations for term in evaluation.aimed_terms() for fact in term.facts)


def asked_contacts(evaluations: Iterable[Evaluation]) -> frozenset[int]:
    """The atoms of contacts that a term of the loss asks for and the pose makes.

    Args:
        evaluations: of the molecule.
    """
    return frozenset(i for fact in pose_facts(evaluations, kinds.CONTACT_KEPT) for i in fact.atoms)


def contested(fact: Fact, holding: Collection[int]) -> bool:
    """Whether a fact asks to take away what holds the molecule.

    Args:
        fact: about the molecule.
        holding: atoms that hold it.
    """
    return fact.kind in _MENDED_BY_REMOVAL and bool(fact.atoms) and set(fact.atoms) <= set(holding)


def wanted_groups(fact: Fact) -> frozenset[str]:
    """What a fact says could bond at its atoms: `donor`, `acceptor`, `hydrophobic`; empty where it says nothing.

    Args:
        fact: about the molecule.
    """
    if fact.kind not in _WANTING:
        return frozenset()
    said = fact.text.rpartition(";" if fact.kind == kinds.CONTACT_LOST else ": ")[2]
    return frozenset(word for word in _WORDS if word in said)


def can_bond(smiles: str, product: str, fact: Fact) -> bool:
    """Whether a product has a new group such as the fact wants, about as far from its atoms as the partner is.

    Args:
        smiles: the molecule.
        product: what a rule made of it.
        fact: a contact that is lost, or a site without a partner; `value` is the gap in Å.
    """
    wants = wanted_groups(fact)
    if not wants:
        return True
    found = change(smiles, product)
    mol = read(product).mol
    anchors = _anchors(found, fact.atoms)
    distances = Chem.GetDistanceMatrix(mol)
    # Rounded down: a pose moves by as much as an Ångström to bond.
    needed = int(max(0.0, ((fact.value or _HBOND_LENGTH) - _HBOND_LENGTH) / _STEP))
    return any(
        needed <= min((distances[a][i] for a in anchors), default=99.0) <= needed + 1 + _OVERSHOOT
        for i in _fresh(found)
        if wants & set(_offers(mol.GetAtomWithIdx(i)))
    )


def _anchors(found: Change, atoms: Collection[int]) -> set[int]:
    """Where a fact's atoms are in the child; of one that was exchanged, what came in its place."""
    images = dict(found.core)
    kept = {images[i] for i in atoms if i in images}
    ends = {images[i] for place in found.where if place.lost & set(atoms) for i in place.ends}
    mol = read(found.child).mol
    came = {n.GetIdx() for i in ends for n in mol.GetAtomWithIdx(i).GetNeighbors() if n.GetIdx() in found.gained}
    return kept | came


def _fresh(found: Change) -> Iterator[int]:
    """The child's atoms that are new, or have more hydrogens than in the parent."""
    yield from sorted(found.gained)
    before, after = read(found.parent).mol, read(found.child).mol
    for ours, theirs in found.core:
        if after.GetAtomWithIdx(theirs).GetTotalNumHs() > before.GetAtomWithIdx(ours).GetTotalNumHs():
            yield theirs


def _offers(atom: Chem.Atom) -> Iterator[str]:
    number, hydrogens = atom.GetAtomicNum(), atom.GetTotalNumHs()
    if number in (7, 8):
        if hydrogens:
            yield "donor"
        if number == 8 or (not hydrogens and atom.GetDegree() < 3):
            yield "acceptor"
    elif number in (6, 9, 16, 17, 35):
        yield "hydrophobic"
