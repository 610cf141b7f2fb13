"""Whether one term of a loss drowns another: an assay with large numbers all others, docking an assay."""

from __future__ import annotations

from collections.abc import Iterator

from molgrad.autograd.loss import Loss
from molgrad.campaign.judging import assays_of
from molgrad.evaluation import DOCKING
from molgrad.optim.archive import Archive

LARGE = 20.0  # units of the loss that an assay's results span; concentrations hardly span 10
TIMES = 10.0  # as much as all other terms together
# Of an assay's weight for a factor of 10. Docking scores of analogues differ by 1 to 3 kcal/mol and follow affinity no
# better than size does (Spearman 0.09 to 0.16 in nine measured series): at a tenth they break ties.
FAIR, MUCH = 0.1, 0.25


def outweighing(loss: Loss, archive: Archive) -> Iterator[str]:
    """A sentence for each assay whose results span so much of the loss that no other term has a say.

    Only of assays whose numbers count as they are: concentrations count as logarithms, percentages as fractions.

    Args:
        loss: of the campaign.
        archive: what was measured.
    """
    plain = [name for name, one in assays_of(loss).items() if not (one.scale.log or one.scale.p_values)]
    if not plain or len(loss.all_terms()) < 2:
        return
    found: dict[str, list[float]] = {}
    for record in archive.records:
        for term in record.evaluation.all_terms():
            if term.score is not None and term.contribution is not None:
                found.setdefault(term.loss, []).append(term.contribution)
    spans = {name: max(numbers) - min(numbers) for name, numbers in found.items()}
    for name in plain:
        others = sum(span for other, span in spans.items() if other != name)
        if spans.get(name, 0.0) > max(LARGE, TIMES * others):
            weight = f"{max(others, 1.0) / spans[name]:.1g}"
            yield (
                f"{name} spans {spans[name]:.3g} units of the loss, all other terms together {others:.2g}: it alone "
                f"decides what is good; give it about {weight} times its weight, a target or a window near by, or "
                "scale='log'"
            )


def docking_beside(loss: Loss) -> Iterator[str]:
    """A sentence for each docking term that counts much beside an assay of concentrations.

    Args:
        loss: of the campaign.
    """
    weights = {term.loss: abs(term.weight) for term in loss.pending().all_terms()}
    scaled = {name: weights[name] for name, one in assays_of(loss).items() if one.scale.log or one.scale.p_values}
    if not any(scaled.values()):
        return
    name, most = max(scaled.items(), key=lambda pair: pair[1])
    for label, term in zip(weights, loss.all_terms(), strict=False):
        if term.kind == DOCKING and weights[label] >= MUCH * most:
            yield (
                f"{label} counts {weights[label]:g} per kcal/mol and {name} {most:g} per factor of 10: docking ranks "
                f"analogues no better than their size does, and may outvote what was measured; give it a weight of "
                f"about {FAIR * most:.1g}"
            )
