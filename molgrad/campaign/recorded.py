"""Keeps every model call of an advisor in a transcript."""

from __future__ import annotations

import copy

from molgrad.autograd.advisor import Advisor
from molgrad.llm.recording import RecordingModel
from molgrad.llm.transcript import Transcript


def recorded(advisor: Advisor, transcript: Transcript) -> Advisor:
    """The advisor with its model's calls kept in the transcript: a copy, so that the one given stays as it is.

    An advisor without a model, or whose model's calls go there already, is returned itself.
    """
    model = advisor.model
    if model is None or _keeps(model, transcript):
        return advisor
    double = copy.copy(advisor)
    double.model = RecordingModel(model, transcript)  # type: ignore[misc]  # read-only for all who do not record
    return double


def _keeps(model: object, transcript: Transcript) -> bool:
    while model is not None:
        if isinstance(model, RecordingModel) and model.transcript is transcript:
            return True
        model = getattr(model, "model", None)
    return False
