"""The domain of molecules for optimizers: validity, edits, neighbours, features."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

from rdkit import Chem

from molgrad.autograd.domain import Features, Scope, Starts, Step
from molgrad.autograd.given import Given
from molgrad.autograd.gradient import Edit
from molgrad.chem.assembly import assemble
from molgrad.chem.change_context import in_context
from molgrad.chem.crossover import crossover
from molgrad.chem.cuts import Cut, cuts
from molgrad.chem.descriptors import describe, quick
from molgrad.chem.grafting import GraftError, graft
from molgrad.chem.identity import identity
from molgrad.chem.matched_pair import change
from molgrad.chem.parse import canonical, read, without_labels
from molgrad.chem.relatives import Relatives
from molgrad.chem.similarity import count_fingerprint
from molgrad.chem.stable import redrawn_words, settled
from molgrad.chem.transforms import Neighbour, apply_transform, get_transform, neighbours, sites
from molgrad.errors import ConflictingSettingsError, InvalidMoleculeError, UnknownNameError, listed, shorten
from molgrad.evaluation import Fact
from molgrad.molecule.design import combined, scanned, step, told_by
from molgrad.molecule.holding import held, spares
from molgrad.molecule.making import Making, drawn
from molgrad.molecule.reasons import answered_kinds, explained
from molgrad.molecule.scope import scoped
from molgrad.molecule.starts import faults, holding, oddities, read_starts
from molgrad.validation import Bounds, Validator
from molgrad.validation.sentences import sentences

ATOMS = 4.0  # heavy atoms of one step beyond what was measured, a CF3; else one unit of logP, a ring, a charge
FRAGMENT = 13  # heavy atoms up to which a start is no lead
_SPARE = 1.5  # raw neighbours drawn for each one wanted; about a third fail the druglike checks
_NAMED = 12  # atoms that a refusal names
_SCOPES: dict[str, tuple[str, ...]] = {
    "analogues": (
        "Each proposal differs from its parent by one change at one place, as in a matched molecular pair.",
        "Leave the atoms alone that make the hydrogen bonds and salt bridges of the pose, with their hydrogens.",
    ),
    "hop": ("The core may change; the hydrogen bonds and salt bridges of the pose must stay possible.",),
}
# Presets with alert catalogues, and the one that stands in for them where many values are checked.
_QUICK = {"strict": "druglike", "passes_filters": "druglike"}
_SPARE_BOUND = 6.0  # the same where a part must stay: most rules touch it


class MoleculeDomain(Given):
    """Molecules under one preset of the validator.

    Edits that can be executed carry one of these payloads:
    `{"transform": name, "atoms": [7], "protected": [...]}` (a rule of the library, only where it touches one
    of the atoms; anywhere without `atoms`), `{"group": name or SMILES, "atoms": [7]}` with the kind grow, replace or
    remove (see `chem.grafting`), or `{"smiles": ...}` (the product itself).

    Args:
        preset: `druglike`, `dockable`, `parse`, `passes_filters` or `strict`: what a proposal must satisfy.
        keep: SMARTS that every proposal must hold, such as a scaffold or a warhead.
        exclude: SMARTS that no proposal may hold.
        core: SMARTS of the core of the series, which every start and every proposal must hold; by default, in the scope
            analogues, the framework that the starts share (see `chem.core`).
        vary: positions of the lead that may change, as `R1=atoms 3,4`, numbered from 0 along its canonical SMILES; what
            is named nowhere stays. Holds `within` a scope of one start.
        similar_to: molecules to one of which a proposal must be similar.
        min_similarity: Tanimoto similarity (Morgan bits, radius 2) that it needs, 0 to 1.
        require_route: whether a proposal must have a synthesis route; see `mg.route`.
        stock: a file with what can be bought for it, asked before common reagents.
        reactions: names of those by which molecules are cut for exchanges of a partner from stock; see `exchanged`.
        building_blocks: a file with what may be put in, by default the stock; what is in it can be bought.

    Raises:
        TypeError: a text in place of a list.
        InputFileError: a SMARTS that cannot be read, a similarity outside 0 to 1 or without anything to be similar to,
            a file that cannot be read, building blocks of which none fits a reaction.
        UnknownNameError: no reaction is called so.
        ConflictingSettingsError: a stock of which nothing is asked.
    """

    name = "molecule"
    default_advisor: str | None = "chemist"
    scope: Scope = "free"

    def __init__(
        self,
        preset: str = "druglike",
        *,
        keep: Sequence[str] = (),
        exclude: Sequence[str] = (),
        core: str | None = None,
        vary: Sequence[str] = (),
        similar_to: Sequence[str] = (),
        min_similarity: float = 0.0,
        require_route: bool = False,
        stock: str | None = None,
        reactions: Sequence[str] = (),
        building_blocks: str | None = None,
    ) -> None:
        lists = {"keep": keep, "exclude": exclude, "vary": vary, "similar_to": similar_to, "reactions": reactions}
        for given, texts in lists.items():
            if isinstance(texts, str):  # which would be read letter by letter
                raise TypeError(f"{given} is a list: {given}=[{shorten(texts)!r}]")
        self.preset, self._vary = preset, tuple(vary)
        self._starts: tuple[str, ...] = ()
        self._small: list[str] = []  # starts for which scope free is taken unasked
        near = tuple(canonical(one) for one in similar_to)
        self._given = Bounds(tuple(keep), near, float(min_similarity), tuple(exclude), (core,) if core else ())
        self._making: Making | None = None
        self._exchanges = {"reactions": list(reactions)} if reactions else {}
        if require_route or reactions or building_blocks:
            self._making = Making(stock, building_blocks, reactions, required=require_route)
            blocks = building_blocks or ""
            self._given = replace(self._given, routes=require_route, stock=stock or "", building_blocks=blocks)
        elif stock:
            raise ConflictingSettingsError("a stock is for routes: say require_route, reactions or building_blocks too")
        self._bind(self._given)

    def _bind(self, bounds: Bounds) -> None:
        preset, self.bounds = self.preset, bounds
        checks = (self.bounds.checks(), self._starts, bounds.keep)
        last = self.bounds.last()
        self.validator = Validator(preset, *checks, last=last)
        # Alert catalogues and routes take ten times as long as other checks: a neighbour is asked for them by
        # `validate`, once it is about to be chosen, and not when it is one of hundreds.
        quick = preset in _QUICK or last
        self._draft = Validator(_QUICK.get(preset, preset), *checks) if quick else self.validator
        self._spare = _SPARE_BOUND if self.bounds.checks() else _SPARE

    def within(self, scope: Scope | None, starts: Sequence[str]) -> Self:
        """The molecules within a scope of the starts; analogues by default where every start is drug-sized.

        Args:
            scope: how far a proposal may go; None for analogues where no start is a fragment, else free.
            starts: canonical SMILES.

        Raises:
            InputFileError: a core that a start lacks, or positions that it does not have.
            ConflictingSettingsError: settings that the scope excludes.
        """
        suits: Scope = "free" if any(self.fragments([start]) for start in starts) else "analogues"
        bounded = self.started_from(starts)
        bounded.scope = scope or suits
        bounded._small = [start for start in starts if self.fragments([start])] if scope is None else []
        bounded._bind(scoped(self._given, bounded.scope, starts, self._vary))
        return bounded

    def started_from(self, starts: Sequence[str]) -> Self:
        """The same molecules, and those that have what is rare of a start: a lead with an odd ring keeps it.

        Args:
            starts: canonical SMILES.
        """
        bounded = copy.copy(self)
        bounded.given = self.given  # the scope and the starts are kept beside it
        bounded._starts = tuple(dict.fromkeys((*self._starts, *starts)))
        bounded._bind(self.bounds)
        return bounded

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know: that fragments are grown freely, which atoms may vary, faults of the stock."""
        count = len(self._small)
        many = f"{shorten(self._small[0])} is a fragment" if count == 1 else f"{count} starts are fragments"
        free = f"{many} (at most {FRAGMENT} heavy atoms): scope free is taken" if count else ""
        vary = f"only these atoms vary: {self.bounds.positions}" if self.bounds.positions else ""
        made = () if self._making is None else self._making.notes(self._starts)
        return tuple(note for note in (free, vary, *made) if note)

    @property
    def requirements(self) -> tuple[str, ...]:
        """The scope and the bounds in words."""
        return (*_SCOPES.get(self.scope, ()), *self.bounds.sentences())

    @property
    def limits(self) -> tuple[str, ...]:
        """All that `validate` asks, in words: the scope, the bounds, and the limits of the preset."""
        return (*self.requirements, *sentences(self.preset, sized=self.bounds.sizes is not None))

    def spec(self) -> Mapping[str, Any]:
        """The name, the preset, and what bounds the proposals, where anything does."""
        scope = {} if self.scope == "free" else {"scope": self.scope}
        return {"name": self.name, "preset": self.preset, **scope, **self._exchanges, **self.bounds.spec()}

    def canonical(self, value: str) -> str:
        """The canonical isomeric SMILES of the parent molecule in its stable form. Raises InvalidMoleculeError."""
        return settled(value)

    def identity(self, value: str) -> str:
        """The key that tautomers and protonation states of one compound share; see `chem.identity`."""
        return identity(value)

    def relatives(self) -> Relatives:
        """Finds, among values that it is given, those that may be one compound drawn with other stereo or tautomer."""
        return Relatives()

    def redrawn(self, value: str) -> str:
        """What was changed of a SMILES as somebody wrote it: a salt stripped, another tautomer taken; else empty."""
        notes = [*read(value).notes, redrawn_words(value)]
        return "; ".join(note for note in notes if note)

    def read_starts(self, given: Sequence[str]) -> Starts:
        """Single stereoisomers from SMILES and files that hold the parts to be kept; see `molecule.starts`.

        Raises:
            InputFileError: no start can be used.
        """
        starts = holding(read_starts(given), self.bounds.keep)
        own = self.started_from(starts.values).validator  # what a start has and may hand on is no fault of it
        said = (*faults(starts.values, own), *oddities(starts.values, self.validator))
        return replace(starts, notes=(*starts.notes, *said))

    def validate(self, value: str) -> tuple[str, ...]:
        """Reasons why this molecule must not be proposed; empty when it may."""
        return tuple(reason.text for reason in self.validator.check(value).reasons)

    def plausible(self, value: str) -> bool:
        """Whether a molecule passes `validate` without the alert catalogues, which are slow."""
        return self._draft.passes(value)

    def apply(self, value: str, edit: Edit) -> list[str]:
        """Every valid product of an edit, canonical, without the molecule itself; empty for other payloads."""
        try:
            return self._valid(self._products(value, edit), value)
        except (InvalidMoleculeError, UnknownNameError, GraftError):
            return []

    def refusal(self, value: str, edit: Edit) -> str:
        """Why `apply` gives no product for an edit, in words for its author; empty if it gives one."""
        try:
            products = self._products(value, edit)
        except (InvalidMoleculeError, UnknownNameError, GraftError) as error:
            return str(error)
        if self._valid(products, value):
            return ""
        if products:
            return f"it gives {shorten(products[0])}: " + (listed(self.validate(products[0])) or "the molecule itself")
        if "transform" not in edit.payload:
            return "the edit names no rule, no group and no SMILES"
        where = [at for touched in sites(str(edit.payload.get("transform", "")), value) for at in touched]
        if where:
            return f"the rule applies at atoms {', '.join(map(str, sorted(set(where))[:_NAMED]))} only"
        return "the rule applies nowhere in this molecule"

    def neighbours(self, value: str, seed: int, n: int) -> list[tuple[str, Edit]]:
        """At most `n` sound molecules one rule away, with the edit that makes them."""
        raw = neighbours(value, seed, int(self._spare * n) + 8)
        return list(itertools.islice(self._sound(raw, value), n))

    def crossover(self, first: str, second: str, seed: int, n: int) -> list[str]:
        """At most `n` sound molecules that join a part of one with a part of the other."""
        children = crossover(first, second, seed, int(self._spare * n) + 3)
        made = dict.fromkeys(settled(child) for child in children)
        return list(itertools.islice(filter(self.plausible, made), n))

    def exchanged(self, value: str, seed: int, n: int) -> list[tuple[str, Edit]]:
        """At most `n` sound molecules with one partner of the last reaction exchanged from stock.

        Each has a route from what can be bought. None where no routes, reactions or building blocks are asked for.
        """
        found = [] if self._making is None else self._making.exchanged(value)
        return drawn([one for one in found if one[0] != value and self.plausible(one[0])], seed, n)

    def novel(self, seed: int, n: int) -> list[tuple[str, str]]:
        """At most `n` molecules put together from building blocks; none where a part or a lead must be kept."""
        if self.bounds.checks() or self.scope != "free":
            return []
        made = assemble(seed, int(self._spare * n))
        parts = {settled(one.smiles): one.parts for one in made}
        return [one for one in parts.items() if self.plausible(one[0])][:n]

    def fragments(self, values: Sequence[str]) -> bool:
        """Whether every start has at most 13 heavy atoms: fragments lie below 300 g/mol, most libraries at 9 to 15."""
        return all(describe(value)["heavy_atoms"] <= FRAGMENT for value in values)

    def step(self, parent: str, value: str) -> Step:
        """The net change by the common core; places are symmetry classes of the parent's atoms."""
        return step(parent, value)

    def cuts(self, value: str) -> tuple[str, tuple[Cut, ...]]:
        """Single cuts, by which any two molecules are found to be a matched pair; see `chem.cuts`."""
        return cuts(value)

    def transformation(self, before: str, after: str) -> str:
        """As `difference`, always with the place; see `chem.change_context`."""
        return in_context(before, after)

    def told_by(self, known: tuple[str, str], other: tuple[str, str], *, bad: bool) -> float:
        """Fully by a change at the same position of the series; see `molecule.design`."""
        return told_by(known, other, bad=bad)

    def scan(self, value: str) -> list[tuple[str, Edit]]:
        """Small groups and nitrogen at each position; see `molecule.design`."""
        return list(self._sound(scanned(value), value))

    def combined(self, parent: str, first: str, second: str) -> list[str]:
        """The molecule with the changes of both, where that is sound."""
        made = dict.fromkeys(settled(one) for one in combined(parent, first, second))
        return [one for one in made if one != parent and self.plausible(one)]

    def spares(self, parent: str, value: str, facts: Sequence[Fact]) -> bool:
        """Whether the atoms by which the parent's pose holds stay, with their hydrogens; see `molecule.holding`."""
        return spares(parent, value, held(facts))

    def difference(self, parent: str, value: str) -> str:
        """The net change in a chemist's words, such as `F para to the amide -> CF3`; see `chem.matched_pair`."""
        return change(parent, value).text

    def explain(self, parent: str, value: str, facts: Sequence[Fact], asked: str = "") -> str:
        """The net change, the fact about the parent that it answers, and what it may cost; see `molecule.reasons`."""
        return explained(parent, value, facts, asked)

    def answered_kinds(self, parent: str, value: str, facts: Sequence[Fact]) -> frozenset[str] | None:
        """The kinds of facts about the parent that a single change can answer; see `molecule.reasons`."""
        return answered_kinds(parent, value, facts)

    def features(self, value: str) -> Features:
        """Counts of Morgan environments, and descriptors that correlate with Vina's scores.

        Linear: square root of heavy atoms (the gain of an atom falls with size), Crippen logP, rotatable bonds, ring
        atoms in sixes, aromatic rings. `python benchmarks/surrogate.py` prints what each form is worth.
        """
        mol, known = read(value).mol, quick(value)  # its logP takes longest, and is known of most
        linear = (
            mol.GetNumHeavyAtoms() ** 0.5,
            known["logp"],
            known["rotatable_bonds"],
            len({atom for ring in mol.GetRingInfo().AtomRings() for atom in ring}) / 6,
            known["aromatic_rings"],
        )
        extent = (
            mol.GetNumHeavyAtoms() / ATOMS,
            linear[1],
            float(mol.GetRingInfo().NumRings()),
            float(Chem.GetFormalCharge(mol)),
        )
        return Features(count_fingerprint(value), linear, extent)

    def describe(self, value: str) -> Mapping[str, float]:
        """Descriptors as in `chem.descriptors.describe`, and `passes_filters`: 1 for a molecule that passes, else 0.

        The filters are the validator's preset of that name: SA at most 4, no PAINS, BRENK or NIH alert, stereo
        assigned, sound rings.
        """
        return {**describe(value), "passes_filters": float(_FILTERS.passes(value))}

    def _products(self, value: str, edit: Edit) -> list[str]:
        payload = edit.payload
        if "smiles" in payload:
            return [settled(str(payload["smiles"]))]
        if "group" in payload:
            return graft(value, edit.kind, sorted(_indices(payload.get("atoms")) or ()), str(payload["group"]))
        if "transform" not in payload:
            return []
        name = str(payload["transform"])
        return apply_transform(
            name, value, _indices(payload.get("atoms")), protected=_indices(payload.get("protected")) or ()
        )

    def _valid(self, products: list[str], parent: str) -> list[str]:
        same = (canonical(parent), settled(parent), without_labels(parent))
        made = dict.fromkeys(settled(product) for product in products)
        return [one for one in made if one not in same and self.validator.passes(one)]

    def _sound(self, made: Iterable[Neighbour], parent: str) -> Iterator[tuple[str, Edit]]:
        """Each molecule once, in its stable form, where it is plausible, with the edit that makes it."""
        seen = {parent, settled(parent)}
        for one in made:
            stable = one._replace(smiles=settled(one.smiles))
            if stable.smiles not in seen and self.plausible(stable.smiles):
                seen.add(stable.smiles)
                yield stable.smiles, _edit(stable)


def _edit(made: Neighbour) -> Edit:
    rule = get_transform(made.transform)
    return Edit(rule.kind, {"transform": rule.name, "atoms": list(made.atoms), "smiles": made.smiles}, rule.reason)


def _indices(given: object) -> Collection[int] | None:
    """Atom numbers of a payload, which may be anyone's JSON; None for anywhere."""
    if not isinstance(given, list | tuple):
        return None
    return [int(i) for i in given if isinstance(i, int)]


_FILTERS = Validator("passes_filters")
MOLECULES = MoleculeDomain()
