"""The tool `check`: is a molecule sound, and its exact terms, without docking it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from molgrad.autograd.domain import Domain
from molgrad.autograd.loss import Loss
from molgrad.chem.descriptors import describe
from molgrad.errors import listed, one_line
from molgrad.evaluation import Evaluation
from molgrad.losses.alerts import Alerts
from molgrad.validation import Validator

NAME = "check"
WORDS = (
    "Check molecules without docking: are they sound and within the campaign's rules, alerts, exact descriptors (QED, "
    "SA, logP, TPSA, weight ...) and the terms of the objective that are free. Costs nothing"
)
UNITS: Mapping[str, str] = {"weight": "g/mol", "tpsa": "Å²"}
_SHOWN = ("qed", "sa", "logp", "tpsa", "weight", "rotatable_bonds", "hbd", "hba", "heavy_atoms", "stereocentres")


@dataclass(frozen=True, slots=True)
class Check:
    """What is known of a molecule without docking it.

    Attributes:
        given: as it was written.
        smiles: canonical; "" where the text is no molecule.
        reasons: what is wrong with it; empty where it is sound.
        notes: what was changed when it was read.
        passes_filters: whether it passes the domain's filters.
        alerts: sentences.
        descriptors: exact.
        terms: the free terms of the objective.
    """

    given: str
    smiles: str = ""
    reasons: Sequence[str] = ()
    notes: Sequence[str] = ()
    passes_filters: bool = False
    alerts: Sequence[str] = ()
    descriptors: Mapping[str, float] = field(default_factory=dict)
    terms: Sequence[Evaluation] = ()

    @property
    def total(self) -> float:
        """What the free terms add to the loss."""
        return sum(term.contribution or 0.0 for term in self.terms)


def checked(text: str, preset: str, domain: Domain | None = None, loss: Loss | None = None) -> Check:
    """What is known of a molecule without docking it.

    Args:
        text: a SMILES.
        preset: of the validator.
        domain: whose rules count; those of the preset alone by default.
        loss: an objective.
    """
    found = Validator(preset).check(text)
    reasons = tuple(reason.text for reason in found.reasons)
    if found.smiles is None:
        return Check(text, reasons=reasons)
    if domain is not None:  # its own rules: what is kept, how similar, which preset
        reasons = tuple(domain.validate(found.smiles))
    reasons, notes = tuple(map(one_line, reasons)), tuple(found.notes)
    if not Validator("dockable").passes(found.smiles):  # alerts and descriptors of a protein tell nothing, slowly
        return Check(text, found.smiles, reasons, notes)
    (alerts,) = Alerts().evaluate([found.smiles])
    return Check(
        text,
        found.smiles,
        reasons,
        notes,
        Validator("passes_filters").passes(found.smiles),
        tuple(fact.text for fact in alerts.facts),
        describe(found.smiles),
        () if loss is None else free_terms(loss, found.smiles),
    )


def free_terms(loss: Loss, smiles: str) -> tuple[Evaluation, ...]:
    """The terms of an objective that are measured without spending anything.

    Args:
        loss: the objective.
        smiles: canonical.
    """
    return tuple(term for term in loss.exact([smiles])[0].all_terms() if term.ok and term.score is not None)


def check_words(found: Check) -> str:
    """A check in words.

    Args:
        found: by `checked`.
    """
    if not found.smiles:
        return f"{found.given} is no molecule: {listed(found.reasons)}"
    lines = [f"{found.smiles}: {'refused: ' + listed(found.reasons) if found.reasons else 'sound'}", *found.notes]
    if found.descriptors:
        shown = [f"{name} {_number(found.descriptors[name])}" for name in _SHOWN if name in found.descriptors]
        lines += ["Alerts: " + (listed(found.alerts) if found.alerts else "none"), ", ".join(shown)]
    if found.terms:
        said = [f"{one.loss} {one.score:.3f} x {one.weight:g} = {one.contribution:+.3f}" for one in found.terms]
        lines.append(f"Free terms of the objective (score x weight, lower is better): {'; '.join(said)}")
        lines.append(f"Together {found.total:+.3f}; terms that are docked or measured come on top.")
    return "\n".join(lines)


def _number(value: float) -> str:
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.2f}"
