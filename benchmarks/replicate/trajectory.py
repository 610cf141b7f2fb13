"""One run of TextGrad's molecule protocol: a molecule, ten steps, nothing measured twice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from molgrad.autograd.advisor import Advisor
from molgrad.autograd.loss import Loss
from molgrad.chem.accessibility import sa_score
from molgrad.chem.similarity import tanimoto
from molgrad.evaluation import Evaluation
from molgrad.llm import labelled
from molgrad.molecule.molecule import Molecule
from molgrad.optim.tgd import TGD


@dataclass(frozen=True, slots=True)
class Iteration:
    """One measured molecule of a trajectory; `number` 0 is the start.

    Attributes:
        number: of the step that made it.
        smiles: the molecule.
        evaluation: its measurement.
        offered: how many molecules the model proposed in that step.
        sound: how many of them the validator let pass.
    """

    number: int
    smiles: str
    evaluation: Evaluation
    offered: int = 0
    sound: int = 0

    @property
    def score(self) -> float | None:
        """s = Vina + (1 - QED), lower is better; None for a molecule without a number."""
        return self.evaluation.score


class Log:
    """The iterations of a trajectory in a file of JSON lines; a line that was cut off by a crash is dropped."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.kept = list(self._read())

    def _read(self) -> Iterator[Iteration]:
        if not self.path.is_file():
            return
        for line in self.path.read_text(encoding="utf-8").splitlines():
            try:
                data = json.loads(line)
                yield Iteration(**{**data, "evaluation": Evaluation.from_json(data["evaluation"])})
            except (ValueError, KeyError, TypeError):
                return

    def add(self, one: Iteration) -> None:
        """Keep an iteration, unless the file has it."""
        if one.number < len(self.kept):
            if self.kept[one.number].smiles == one.smiles:
                return
            self.kept = self.kept[: one.number]  # another answer of the model: what followed the old one is void
        self.kept.append(one)
        lines = (json.dumps(vars_of(kept)) for kept in self.kept)
        part = self.path.with_name(self.path.name + ".part")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        part.replace(self.path)


def vars_of(one: Iteration) -> dict[str, Any]:
    """An iteration as JSON."""
    return {"number": one.number, "smiles": one.smiles, "offered": one.offered, "sound": one.sound,
            "evaluation": one.evaluation.to_json()}  # fmt: skip


def walk(
    target: str, start: str, loss: Loss, advisor: Advisor, iterations: int, log: Log, *, seed: int, role: str
) -> list[Iteration]:
    """A single trajectory of TGD from a start, as TextGrad's: one molecule a step, the best one kept.

    What the log holds is not measured again; a whole log costs nothing.

    Raises:
        EngineError: the endpoint is down or its budget is spent; the log holds what was measured.
    """
    if len(log.kept) > iterations:
        return log.kept[: iterations + 1]
    known = {one.smiles: one.evaluation for one in log.kept}
    molecule = Molecule(start, role_description=role)
    optimizer = TGD([molecule], loss=loss, engine=advisor, seed=seed)
    done: list[Iteration] = []
    offered = sound = 0
    for number in range(iterations + 1):
        evaluation = known.get(molecule.value) or loss.evaluate([molecule.value], [{"role_description": role}])[0]
        known[molecule.value] = evaluation
        total = loss.node(molecule, evaluation)
        done.append(Iteration(number, molecule.value, evaluation, offered, sound))
        log.add(done[-1])
        if number < iterations:
            before = advisor.offers
            with labelled(target=target, start=start, step=number):
                optimizer.zero_grad()
                total.backward(advisor)
                optimizer.step()
            offered, sound = (now - then for now, then in zip(advisor.offers, before, strict=True))
    return done


def summary(walked: Sequence[Iteration]) -> dict[str, float]:
    """The best molecule of a trajectory in numbers; empty where nothing has a score."""
    scored = [one for one in walked if one.score is not None]
    if not scored:
        return {}
    best = min(scored, key=lambda one: one.score or 0.0)
    raw = best.evaluation.raw
    return {
        "s": best.evaluation.number(), "vina": raw.get("affinity", float("nan")), "qed": raw.get("qed", float("nan")),
        "sa": sa_score(best.smiles), "novelty": 1.0 - tanimoto(best.smiles, walked[0].smiles),
        "improved": float(best.evaluation.number() < (walked[0].score or 0.0)),
    }  # fmt: skip
