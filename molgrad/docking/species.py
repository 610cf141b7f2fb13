"""Which species stand for a molecule: its stereoisomers and near tautomers, each in the state that is docked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rdkit import Chem

from molgrad.chem.parse import canonical, read, without_labels
from molgrad.chem.stable import stable_form
from molgrad.chem.states import AS_WRITTEN, DEFAULT_PROTONATION, ProtonationState, load_states, state_given
from molgrad.chem.stereo import stereoisomers, undefined_stereo, undefined_words
from molgrad.chem.tautomers import tautomers
from molgrad.docking.result import DockResult, SpeciesScore
from molgrad.errors import InvalidMoleculeError, LigandPreparationError, shorten
from molgrad.evaluation import Status

MOST = 8  # species of one molecule: three open centres; a dock costs as many times what one species costs
WORTH_A_WORD = 0.05  # kcal/mol; scores are shown to 0.1
RT = 0.0019872 * 298.15  # kcal/mol


@dataclass(frozen=True)
class Species:
    """One of the forms that a designed molecule may take.

    Attributes:
        smiles: this stereoisomer and tautomer, canonical, charges as designed. It is docked as if it stood alone.
        state: what is docked of it, heavy atoms in the order of `smiles`.
        order: order[i] is the atom of `smiles` that is atom i of the designed molecule.
        price: kcal/mol added to its affinity, -RT ln(share); 0 where one charge state is docked, whatever its share.
    """

    smiles: str
    state: ProtonationState
    order: tuple[int, ...]
    price: float = 0.0

    @property
    def atom_map(self) -> tuple[int, ...]:
        """atom_map[i] is the index in the docked SMILES of atom i of the designed molecule."""
        return tuple(self.state.atom_map[i] for i in self.order)

    @property
    def note(self) -> str:
        """What was charged, or why nothing was, in the designed molecule's numbers."""
        return self.state.note_for([self.order.index(i) for i in range(len(self.order))])


@dataclass(frozen=True)
class SpeciesSet:
    """The species of a molecule that are docked, in a fixed order, and what there is to say of them.

    Attributes:
        species: at least one, at most `MOST`.
        kind: what they are, in the plural.
        possible: how many there may be; an upper bound where there are more than `MOST`.
        note: which centres were open, and which tautomer was drawn that is not docked.
    """

    species: tuple[Species, ...]
    kind: str
    possible: int
    note: str


def choose(
    smiles: str,
    given: str | None = None,
    protonation: str = DEFAULT_PROTONATION,
    tautomers: int = 1,
    states: int = 1,
) -> SpeciesSet:
    """The species to dock for a canonical SMILES.

    Args:
        smiles: the designed molecule.
        given: the state that a user wants docked: neither protonated nor moved, only its open centres are closed.
        protonation: a name in `chem.states.PROTONATIONS`.
        tautomers: at most so many of each stereoisomer, the one that dominates in water first.
        states: at most so many charge states of each tautomer, the most common first; with more than one, each has
            its price.

    Raises:
        LigandPreparationError: names the stage and what to do.
        UnknownNameError: no such protonation.
    """
    try:
        drawn = without_labels(given or smiles)
        isomers = stereoisomers(drawn, MOST)
        words, moved = undefined_words(given or smiles), ""
        if given is not None:
            same = tuple(range(read(smiles).mol.GetNumAtoms()))
            found = [Species(smiles, state_given(smiles, isomer), same) for isomer in isomers]
        else:
            found, moved = _free(smiles, isomers, protonation, tautomers, states)
    except InvalidMoleculeError as error:
        raise LigandPreparationError(f"protonation: {error.why}") from error
    apart = tuple({one.state.smiles: one for one in reversed(found)}.values())[::-1]
    kept = apart[:MOST]
    if len(kept) == 1 and words:
        words = f"{words}; taken as {shorten(isomers[0], 160)}"
    bound = 2 ** (len(undefined_stereo(drawn)) + len(read(drawn).groups))
    ways = -(-len(apart) // len(isomers))
    possible = bound * ways if bound > MOST else len(apart)
    note = "; ".join(part for part in (words, moved) if part)
    return SpeciesSet(kept, _kind(isomers, apart), possible, note)


def _kind(isomers: Sequence[str], species: Sequence[Species]) -> str:
    """What the species are, in the plural."""
    drawn = len({one.smiles for one in species})
    found = ["isomers"] if len(isomers) > 1 else []
    found += ["tautomers"] if drawn > len(isomers) else []
    found += ["charge states"] if len(species) > max(drawn, len(isomers)) else []
    if len(found) > 1:
        return f"species ({', '.join(found[:-1])} and {found[-1]})"
    return found[0] if found and found != ["isomers"] else "stereoisomers"


def _free(smiles: str, isomers: Sequence[str], protonation: str, most: int, states: int) -> tuple[list[Species], str]:
    """Every isomer, then its further tautomers, nearest first; two of one ion are one species. And what was redrawn.

    A rare tautomer is docked as the one that dominates in water, unless the molecule is to be docked as written.
    """
    drawn = [(isomer, _order(smiles, isomer)) for isomer in isomers]
    stable = [stable_form(isomer) for isomer in isomers]
    moved = ""
    if protonation == AS_WRITTEN or not stable[0].rules:
        forms = [(isomer, order, tautomers(isomer, most)) for isomer, order in drawn]
    else:
        forms = [
            (form.smiles, tuple(form.places[i] for i in order), tautomers(form.smiles, most))
            for (_, order), form in zip(drawn, stable, strict=True)
        ]
        shown = stable[0].smiles if len(isomers) == 1 else "the one that dominates in water"
        moved = f"drawn as a rare tautomer ({', '.join(dict.fromkeys(stable[0].rules))}), docked as {shown}"
    found: dict[tuple[str, tuple[int, ...]], Species] = {}
    for rank in range(most):
        for isomer, order, ways in forms:
            if rank < len(ways):
                name, places = ways[rank]
                for state in load_states(protonation, name, states):
                    one = Species(name, state, tuple(places[i] for i in order), _price(state) if states > 1 else 0.0)
                    # Where the hydrogens are tells them apart; on which nitrogen an azolate's charge is drawn does not.
                    hydrogens = tuple(one.state.mol.GetAtomWithIdx(i).GetTotalNumHs() for i in one.order)
                    found.setdefault((isomer, hydrogens), one)
    return list(found.values()), moved


def _price(state: ProtonationState) -> float:
    """The free energy of bringing the whole molecule into this state, kcal/mol."""
    return 0.0 if state.share is None else round(-RT * math.log(state.share), 3)


def _order(smiles: str, isomer: str) -> tuple[int, ...]:
    """Where the isomer has the atoms of `smiles`: a pinned centre can change the canonical order."""
    designed, pinned = read(smiles).mol, read(isomer).mol
    if canonical(smiles) == isomer:
        return tuple(range(designed.GetNumAtoms()))
    order = pinned.GetSubstructMatch(designed, useChirality=True) or pinned.GetSubstructMatch(designed)
    if len(order) != designed.GetNumAtoms():
        raise LigandPreparationError("stereo: the isomer could not be mapped; write its centres yourself")
    return tuple(order)


def renumbered(pose: Chem.Mol, order: Sequence[int]) -> Chem.Mol:
    """A pose of a species, heavy atoms first, with its heavy atoms in the order of the designed molecule."""
    rest = range(len(order), pose.GetNumAtoms())
    return Chem.RenumberAtoms(pose, [*order, *rest])


def best_of(choice: SpeciesSet, outcomes: Sequence[DockResult], *, built_first: bool = False) -> DockResult:
    """The result of a molecule from those of its species: the lowest affinity, price included, the first among equals.

    Args:
        choice: the species.
        outcomes: what docking gave for each.
        built_first: a species whose pose was built on a known one goes before those whose was not.

    Returns:
        The best one with the species it is of, its atom map, a note, and all species in its provenance.
    """
    priced = [with_price(outcome, one.price) for one, outcome in zip(choice.species, outcomes, strict=True)]
    pairs = list(zip(choice.species, priced, strict=True))
    docked = [pair for pair in pairs if pair[1].ok]
    # Where none was docked, a fault of the machine counts first: another run may do better.
    failed = [pair for pair in pairs if pair[1].status is Status.FAILED] or pairs
    affinities = [outcome.affinity for _, outcome in docked if outcome.affinity is not None]
    built = [pair for pair in docked if built_first and pair[1].provenance.in_mode is not None]
    won, best = min(built or docked, key=_affinity) if docked else failed[0]
    reason = best.reason
    if not docked and len(pairs) > 1:
        reason = f"none of {len(pairs)} {choice.kind} could be docked, {won.state.smiles}: {reason}"
    listed = tuple(
        SpeciesScore(one.state.smiles, outcome.affinity, outcome.reason, one.state.share, one.price)
        for one, outcome in pairs
    )
    paid = f"{won.price:.1f} kcal/mol of the score for its share" if docked and won.price >= WORTH_A_WORD else ""
    note = "; ".join(part for part in (choice.note, _said(choice, won, affinities), won.note, paid) if part)
    done = replace(best.provenance, species=listed)
    best = replace(best, docked_smiles=won.state.smiles, atom_map=won.atom_map, provenance=done)
    return replace(best, note=note, reason=reason)


def with_price(outcome: DockResult, price: float) -> DockResult:
    """The result with the price of its charge state added to the affinity of every pose.

    Args:
        outcome: of one species.
        price: kcal/mol.
    """
    if not price or outcome.affinity is None:
        return outcome
    raised = tuple(round(affinity + price, 3) for affinity in outcome.affinities)
    done = outcome.provenance
    built, unseeded = (None if one is None else round(one + price, 3) for one in (done.built, done.unseeded))
    done = replace(done, built=built, unseeded=unseeded)
    return replace(outcome, affinity=round(outcome.affinity + price, 3), affinities=raised, provenance=done)


def _affinity(pair: tuple[Species, DockResult]) -> float:
    affinity = pair[1].affinity
    assert affinity is not None  # noqa: S101 - for the type checker; of those that were docked
    return affinity


def _said(choice: SpeciesSet, won: Species, affinities: Sequence[float]) -> str:
    """`4 stereoisomers docked: best <smiles>, affinities from -8.1 to -7.4 kcal/mol`; nothing where one is all."""
    count = len(choice.species)
    if count == 1 or not affinities:
        return ""
    more = f" of up to {choice.possible}" if choice.possible > count else ""
    lost = f", {count - len(affinities)} of them without a result" if len(affinities) < count else ""
    span = f"affinities from {min(affinities):.1f} to {max(affinities):.1f} kcal/mol"
    return f"{count}{more} {choice.kind} docked{lost}: best {won.state.smiles}, {span}"
