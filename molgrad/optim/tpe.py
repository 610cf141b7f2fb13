"""Combinations of proposed parts (MIPROv2's method), chosen by the tree-structured Parzen estimator of `optuna`."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import islice
from typing import Any

from molgrad.autograd.gradient import Proposal
from molgrad.errors import MissingExtraError
from molgrad.optim.optimizer import Optimizer, Task, derive
from molgrad.optim.parts import joined, parts_of
from molgrad.optim.record import Record
from molgrad.optim.reflection import Question, reflected

TPE = "tpe"  # the advisor column of a combination
PARENTS = 2  # of the best, which are rewritten when the pool grows
STARTUP = 4  # measured values before there is anything to choose combinations by
TRIES = 32  # draws of a batch, of which most repeat what was measured once a pool is nearly used up
LOST = "difference"  # key of the details of a value that lost to its parent: the mean score by which, over some terms

_Pool = dict[str, list[str]]  # the texts of each part, in the order in which they were met


class TPESearch(Optimizer):
    """Mixes the parts of everything that was measured, as their scores suggest, and has the best rewritten in turn.

    A value consists of parts, such as an instruction and demonstrations. Every text that a part ever had is in that
    part's pool; a combination of the pools that was not measured yet is chosen by a multivariate tree-structured
    Parzen estimator fitted to the scores. In every other batch, and while there is nothing to mix, the advisor
    rewrites parts of the best values, so that the pools grow. A value of one part has nothing to mix.

    Source: MIPROv2, Opsahl-Ong et al. 2024, "Optimizing Instructions and Demonstrations for Multi-Stage Language Model
    Programs", arXiv 2406.11695; the estimator is that of Bergstra et al. 2011 as `optuna` has it.

    Args:
        task: what to optimize.

    Raises:
        MissingExtraError: `pip install 'molgrad[tpe]'` is needed.
    """

    name = "tpe"

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        _optuna()

    def _propose(self, n: int, batch: int, left: int | None) -> list[Proposal]:
        del left
        if not self.archive.records:
            return []
        mixed = self._mixed(n, batch) if self._mixes() else []
        found = mixed or self._grown(n, batch)
        return found or self._mixed(n, batch)

    def _mixes(self) -> bool:
        """Whether combinations are due: enough was measured to choose by, and the last batch brought new texts."""
        last, known = self.archive.records[-1], sum(self._score(one) is not None for one in self.archive.records)
        return known >= STARTUP and last.proposal.advisor != TPE and len(self._domain_parts(last)) > 1

    def _domain_parts(self, record: Record) -> dict[str, str]:
        return parts_of(self._domain, record.value)

    def _grown(self, n: int, batch: int) -> list[Proposal]:
        """The best values, rewritten."""
        parents = list(islice(self.archive.best(), min(n, PARENTS))) or self.archive.ranked(1)
        each = -(-n // max(1, len(parents)))
        asked = [Question(one, derive(self.task.seed, batch, one.value), each) for one in parents]
        return [
            proposal for found in reflected(self.task, self.archive, asked, account=self.account) for proposal in found
        ][:n]

    def _mixed(self, n: int, batch: int) -> list[Proposal]:
        """New combinations of the pools' texts."""
        known = [
            (self._domain_parts(one), score) for one in self.archive.records if (score := self._score(one)) is not None
        ]
        pool: _Pool = {}
        for record in self.archive.records:
            for name, text in self._domain_parts(record).items():
                texts = pool.setdefault(name, [])
                texts += [] if text in texts else [text]
        if len(pool) < 2 or not known or math.prod(map(len, pool.values())) <= len(self.archive.taken):
            return []
        found: dict[str, Proposal] = {}
        for parts in _drawn(pool, known, derive(self.task.seed, batch, TPE)):
            value = joined(self._domain, parts)
            if value not in self.archive.taken and not self._domain.validate(value):
                found.setdefault(value, self._proposal(value))
            if len(found) == n:
                break
        return list(found.values())

    def _proposal(self, value: str) -> Proposal:
        """A combination as a child of the best measured value that shares most parts with it."""
        parts = parts_of(self._domain, value)
        near = list(self.archive.best()) or self.archive.ranked()
        shared = [sum(text == parts[name] for name, text in self._domain_parts(one).items()) for one in near]
        parent = near[shared.index(max(shared))]
        other = [name for name, text in self._domain_parts(parent).items() if text != parts[name]]
        return Proposal(value, parent.value, None, f"another {' and '.join(other)} of the pool", advisor=TPE)

    def _score(self, record: Record) -> float | None:
        """The score; of a value that lost to its parent over some of the terms, the parent's and what it lost."""
        lost, parent = record.evaluation.details.get(LOST), self.archive.of(record.proposal.parent or "")
        if record.known_score is None and parent is not None and isinstance(lost, int | float):
            return None if parent.known_score is None else parent.known_score + lost
        return record.known_score


def _drawn(pool: _Pool, known: Sequence[tuple[Mapping[str, str], float]], seed: int) -> Iterator[dict[str, str]]:
    """At most `TRIES` combinations, as the estimator draws them; texts are handed to it by their places."""
    optuna = _optuna()
    spaces = {name: optuna.distributions.CategoricalDistribution(range(len(texts))) for name, texts in pool.items()}
    with _quiet(optuna):
        sampler = optuna.samplers.TPESampler(multivariate=True, constant_liar=True, n_startup_trials=STARTUP, seed=seed)
        study = optuna.create_study(sampler=sampler)
        for parts, score in known:
            places = {name: pool[name].index(text) for name, text in parts.items()}
            study.add_trial(optuna.trial.create_trial(params=places, distributions=spaces, value=score))
        drawn = [study.ask(spaces).params for _ in range(TRIES)]
    for places in drawn:
        yield {name: pool[name][place] for name, place in places.items()}


def _optuna() -> Any:
    try:
        return import_module("optuna")  # an extra, 0.4 s: imported by who uses it
    except ImportError as error:
        raise MissingExtraError("optuna", "tpe") from error


@contextmanager
def _quiet(optuna: Any) -> Iterator[None]:
    """Without optuna's line for each study and its warnings of experimental options; its own level comes back."""
    level = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        optuna.logging.set_verbosity(level)
