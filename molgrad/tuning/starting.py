"""How a run begins in a folder: new, or where it was left, with the same settings and starts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from molgrad.autograd.variable import Variable
from molgrad.errors import SettingsChangedError
from molgrad.programs.candidates import CandidateDomain
from molgrad.tuning.answers import AnswerStore
from molgrad.tuning.settings import compare


def begun(store: AnswerStore, parameters: Mapping[str, Variable], settings: Mapping[str, Any]) -> CandidateDomain:
    """Write down what a run is made with, or compare with what the folder's was made with.

    Args:
        store: of the folder.
        parameters: by name; where they hold a candidate of an earlier run, they are given the folder's starts again.
        settings: everything that decides the run, JSON.

    Returns:
        The domain of candidates, with the starts of the folder.

    Raises:
        SettingsChangedError: the folder has other settings or starts; says which.
    """
    domain, known = CandidateDomain(parameters), store.meta("settings")
    if known is None or not store.begun:  # whatever failed from the first example on may be mended
        store.set_meta("start_values", domain.parts(domain.start))
        store.set_meta("start", domain.start)
    else:
        compare(store.path.parent, known, settings)
        domain = _same_start(store, domain, parameters)
    if known != settings:
        store.set_meta("settings", settings)
    return domain


def _same_start(store: AnswerStore, domain: CandidateDomain, parameters: Mapping[str, Variable]) -> CandidateDomain:
    """The domain with the starts of the folder, where the parameters hold them or a candidate of the run."""
    held, start = domain.start, store.meta("start_values")
    if held == json.dumps(start, ensure_ascii=False):
        return domain
    if all(proposal.value != held for proposal in store.proposals().values()):
        changed = [name for name, value in domain.parts(held).items() if value != start[name]]
        raise SettingsChangedError(
            f"{store.path.parent} was begun with another text of {', '.join(changed)}; give the same, or another folder"
        )
    for name, variable in parameters.items():
        variable.value = start[name]
    return CandidateDomain(parameters)
