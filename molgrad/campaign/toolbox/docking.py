"""The tool `dock`: a molecule of the model's own, measured at once."""

from __future__ import annotations

from molgrad.errors import one_line, shorten
from molgrad.evaluation import Evaluation
from molgrad.optim.record import Record

NAME = "dock"
WORDS = (
    "Have one molecule measured now in every term of the objective, docks included, before you answer. It counts "
    "towards the budget and stays a molecule of the campaign, so that it need not be proposed again"
)
_FEEDBACK = 1200  # characters of what is said of the pose


def docked_words(value: str, evaluation: Evaluation, parent: Record | None) -> str:
    """What came of a dock, in words.

    Args:
        value: the molecule.
        evaluation: what was measured.
        parent: what it was made from.
    """
    if not evaluation.ok:
        return f"{value}: {evaluation.status.value}, {shorten(one_line(evaluation.reason), 300)}. No number came of it."
    before = {} if parent is None else {one.loss: one.score for one in parent.evaluation.all_terms()}
    said = [f"{value}: total {evaluation.number():.3f}{_against(evaluation, parent)}"]
    for term in evaluation.all_terms():
        if term.score is not None:
            was = before.get(term.loss)
            said.append(f"{term.loss} {term.score:.3f}" + ("" if was is None else f" (parent {was:.3f})"))
    return "\n".join([*said, shorten(evaluation.feedback, _FEEDBACK)])


def _against(evaluation: Evaluation, parent: Record | None) -> str:
    if parent is None or not parent.evaluation.ok:
        return ""
    change = evaluation.number() - parent.evaluation.number()
    return f", {abs(change):.3f} {'better' if change < 0 else 'worse'} than its parent {parent.name}"
