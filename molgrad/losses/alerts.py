"""Structural alerts as a penalty."""

from __future__ import annotations

from molgrad.autograd.loss import Context, Loss
from molgrad.chem.alerts import Alert, distinct, find_alerts
from molgrad.evaluation import ALERTS, Evaluation, Fact, Status


class Alerts(Loss):
    """Structural alerts of the PAINS, BRENK and NIH collections.

    Scale: 1 - 2^-n for n alerts, so 0 for none, 0.5 for one, 0.75 for two, and 1 as the limit; removing an
    alert always pays. Alerts that several collections raise over the same atoms count once.
    Raw: `alerts`, the number n.
    Facts: `alert`, one for each that counts, with its atoms; `partner` is its name, `weight` 1/n.
    Source: Baell and Holloway, J. Med. Chem. 53 (2010) 2719; Brenk et al., ChemMedChem 3 (2008) 435;
    Jadhav et al., J. Med. Chem. 53 (2010) 37; as compiled in RDKit's FilterCatalog.
    """

    name, kind, remade_from = "alerts", ALERTS, ()
    slow = True  # three catalogues of some 800 patterns: 5 ms a molecule

    def _evaluate(self, value: str, context: Context) -> Evaluation:  # noqa: ARG002 - the hook's signature
        alerts = distinct(find_alerts(value))
        n = len(alerts)
        raw = {"alerts": float(n)}
        if not alerts:
            return Evaluation(self.name, Status.OK, 0.0, raw, text="no structural alert")
        facts = tuple(_fact(alert, 1 / n) for alert in alerts)
        text = f"{n} structural alert{'s' if n > 1 else ''}: " + "; ".join(fact.text for fact in facts)
        return Evaluation(self.name, Status.OK, 1.0 - 0.5**n, raw, facts, text)


def _fact(alert: Alert, share: float) -> Fact:
    text = f"{alert.name} ({alert.catalog})"
    if alert.reason:
        text += f": {alert.reason}"
    return Fact("alert", text, alert.atoms, alert.name, 1.0, None, share)
