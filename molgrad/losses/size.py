"""How much better a molecule docks than its size explains: for objectives that must not reward size."""

from __future__ import annotations

from typing import Any

from molgrad.autograd.derived import Derived
from molgrad.autograd.loss import Loss
from molgrad.chem.parse import parse
from molgrad.errors import ConflictingSettingsError
from molgrad.evaluation import Evaluation, Fact, Status
from molgrad.losses.docking import Docking, docking_named
from molgrad.receptors.receptor import Receptor
from molgrad.receptors.size import SizeFit


class SizeResidual(Derived):
    """Affinity minus what that many heavy atoms typically get in the receptor: `mg.Docking(r) + mg.SizeResidual()`.

    Nothing is docked for it: it reads the affinity of the docking term beside it. Beside a docking term of weight 1
    it halves what size is worth; `0 * mg.Docking(r) + mg.SizeResidual()` leaves size nothing.
    Scale: kcal/mol, lower is better, about -3 to 3; 0 is typical, not a penalty from 0 to 1.
    Raw: `expected_affinity`, kcal/mol.
    Facts: `size_residual`, value the residual, `partner` the receptor, weight 1 where it is above 0.
    Details: the fit: form, coefficients, standard deviation, and where it is from.
    Failure: as the docking term; without one, or with several that could be meant, ConflictingSettingsError.
    Source: `receptors.size`; `molgrad receptor calibrate` fits a receptor of one's own.

    Args:
        receptor: which docking term is read, by its receptor or the name of that, where there are several.
    """

    name = kind = "size_residual"
    beside = "mg.Docking(receptor)"
    choose = "say which with receptor=..."

    def __init__(self, receptor: Receptor | str | None = None) -> None:
        self.receptor = receptor
        self._fit: SizeFit | None = None

    def spec(self) -> dict[str, Any]:
        """The receptor's name where one was given; the fit once the docking term is known: it decides the score."""
        named = self.receptor.name if isinstance(self.receptor, Receptor) else self.receptor
        more = {} if named is None else {"receptor": named}
        fit = {} if self._fit is None else {"form": self._fit.form, "coefficients": list(self._fit.coefficients)}
        return {"loss": self.name, **more, **fit}

    def reads(self, loss: Loss) -> bool:
        """A docking term, into the receptor that was named."""
        return docking_named(loss, self.receptor)

    def _accept(self, source: Loss) -> None:
        assert isinstance(source, Docking)  # noqa: S101 - what `reads` lets through
        fit = self._fit = source.size_fit
        if fit is None:
            name, program = source.receptor.name, source.settings.engine
            raise ConflictingSettingsError(
                f"{name} has no fit of affinity on size for {source.engine.title}: make one with 'molgrad receptor "
                f"calibrate {name} --engine-program {program.shown}', or leave out size_residual"
            )
        # What docking expects less what size explains, a unit of the root of heavy atoms: from 16 of them to 25.
        if source.prior_slopes:
            size, *rest = source.prior_slopes
            self.prior_slopes = (size - (fit.expected(25) - fit.expected(16)), *rest)

    def _derive(self, value: str, source: Loss, measured: Evaluation) -> Evaluation:
        assert isinstance(source, Docking)  # noqa: S101 - what `reads` lets through
        fit, affinity = source.size_fit, measured.number()
        assert fit is not None  # noqa: S101 - `_accept` refused such a source
        heavy = parse(str(measured.details.get("smiles", value))).GetNumHeavyAtoms()
        expected, residual = fit.expected(heavy), fit.residual(affinity, heavy)
        side = "stronger" if residual < 0 else "weaker"
        text = (
            f"{abs(residual):.2f} kcal/mol {side} than the {expected:.2f} that {heavy} heavy atoms typically get in "
            f"{source.receptor.name} (sd {fit.sd:.2f}; {fit.source})"
        )
        weight = 1.0 if residual > 0 else 0.0
        fact = Fact("size_residual", text, (), source.receptor.name, round(residual, 3), "kcal/mol", weight)
        raw = {"expected_affinity": expected}
        return Evaluation(self.name, Status.OK, residual, raw, (fact,), text, details=fit.to_json(), sd=measured.sd)
