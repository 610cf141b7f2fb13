"""Whether one assay decides a loss alone, since its numbers are large."""

from __future__ import annotations

from collections.abc import Iterator

from molgrad.autograd.loss import Loss
from molgrad.campaign.judging import assays_of
from molgrad.optim.archive import Archive

LARGE = 20.0  # units of the loss that an assay's results span; concentrations hardly span 10
TIMES = 10.0  # as much as all other terms together


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
