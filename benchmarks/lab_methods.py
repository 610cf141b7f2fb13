"""How benchmarks/lab.py chooses what to measure next: molgrad, and what it is compared with."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from lab_data import Game
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from scipy.stats import norm
from threadpoolctl import threadpool_limits

from molgrad.assays.value import Measured
from molgrad.autograd.gradient import Proposal
from molgrad.autograd.loss import Loss
from molgrad.evaluation import DOCKING, Evaluation, Status
from molgrad.molecule.domain import MOLECULES
from molgrad.optim.archive import Archive
from molgrad.optim.choice import choose
from molgrad.optim.features import tanimoto
from molgrad.optim.medoids import max_min, medoids
from molgrad.optim.models import Models
from molgrad.optim.record import Record

Picks = list[int]
Method = Callable[[Game, int], Picks]
Numbers = NDArray[np.float64]


class Kept(Loss):
    """Docking scores that are known of every molecule; told with the molecules, never measured here."""

    name, kind, expensive = "docking", DOCKING, True

    def exact(self, values: Sequence[str], *, quick: bool = False) -> list[Evaluation]:  # noqa: ARG002 - the interface
        """Nothing is known of a molecule by itself."""
        return [self.pending() for _ in values]

    def _evaluate(self, value: str, context: object) -> Evaluation:  # noqa: ARG002 - the hook's signature
        return self.pending()


def at_random(game: Game, seed: int) -> Picks:
    """In a random order."""
    return game.order(seed)[: game.starts + game.batch * game.batches]


def by_docking(game: Game, seed: int) -> Picks:
    """The best docking scores first."""
    assert game.docked is not None
    order = game.order(seed)
    left = sorted(order[game.starts :], key=lambda place: (game.docked[place], place))
    return [*order[: game.starts], *left[: game.batch * game.batches]]


def molgrad(game: Game, seed: int, *, docking: bool = False, bounds: str = "bounds", plate: str = "random") -> Picks:
    """What `molgrad ask --library` chooses after each batch was told.

    Args:
        game: the table.
        seed: of the starts.
        docking: whether the docking scores of all molecules are known.
        bounds: "bounds" as they are, "values" for their numbers, "dropped" where they are not told.
        plate: the first one, "random", or chosen from a random half of the table: "medoids" as molgrad does, "max_min"
            for molecules as far from each other as possible.
    """
    loss = game.assay + 1e-6 * Kept() if docking else game.assay
    place_of = {value: place for place, value in enumerate(game.values)}
    nothing = loss.pending()
    evaluated = {value: _docked(loss, game, place) if docking else nothing for value, place in place_of.items()}
    models, archive, picked = Models(loss, MOLECULES), Archive(), list[int]()

    def tell(places: Sequence[int]) -> None:
        for place in places:
            value = game.values[place]
            before = evaluated[value]
            told = [_as(one, bounds) for one in game.told[place] if bounds != "dropped" or one.relation == "="]
            archive.add(Record(Proposal(value), loss.with_result(before, told, game.assay.name) if told else before))
        picked.extend(places)

    tell(_plate(game, seed, plate))
    for _ in range(game.batches):
        chosen = choose(
            game.values, archive, game.batch, loss=loss, domain=MOLECULES, models=models, evaluated=evaluated, seed=seed
        )
        tell([place_of[proposal.value] for proposal in chosen])
    return picked


def _plate(game: Game, seed: int, kind: str) -> Picks:
    order = game.order(seed)
    if kind == "random":
        return order[: game.starts]
    half = sorted(order[: len(order) // 2])
    spread = medoids if kind == "medoids" else max_min
    return [half[place] for place in spread([MOLECULES.features(game.values[i]) for i in half], game.starts)]


def _as(measured: Measured, bounds: str) -> Measured:
    return replace(measured, relation="=") if bounds == "values" else measured


def _docked(loss: Loss, game: Game, place: int) -> Evaluation:
    assert game.docked is not None
    pending = loss.pending()
    score = float(game.docked[place])
    terms = [
        replace(term, status=Status.OK, score=score, reason="") if term.loss == "docking" else term
        for term in pending.terms
    ]
    return replace(pending, terms=tuple(terms))


def plain(game: Game, seed: int, *, improvement: bool = True) -> Picks:
    """A Tanimoto GP as in a textbook: constant mean, hyperparameters by likelihood, bounds as their numbers.

    Args:
        game: the table.
        seed: of the starts.
        improvement: whether the best expected improvements are taken, else the best means.
    """
    kernel = _kernel(game)
    picked = game.order(seed)[: game.starts]
    for _ in range(game.batches):
        left = np.setdiff1d(np.arange(len(game.values)), picked)
        with threadpool_limits(1):
            mean, sd = _posterior(kernel[np.ix_(picked, picked)], kernel[np.ix_(left, picked)], game.truth[picked])
        best = float(game.truth[picked].min())
        z = (best - mean) / sd
        gain = (best - mean) * norm.cdf(z) + sd * norm.pdf(z) if improvement else -mean
        picked += left[np.argsort(-gain, kind="stable")[: game.batch]].tolist()
    return picked


_KERNELS: dict[str, Numbers] = {}


def _kernel(game: Game) -> Numbers:
    if game.name not in _KERNELS:
        features = [MOLECULES.features(value) for value in game.values]
        _KERNELS[game.name] = tanimoto(features, features)
    return _KERNELS[game.name]


def _posterior(gram: Numbers, cross: Numbers, told: Numbers) -> tuple[Numbers, Numbers]:
    """Mean and standard deviation with the likeliest amplitude and noise."""
    centre, scale = float(told.mean()), float(told.std()) or 1.0
    y = (told - centre) / scale

    def unlikely(logs: Numbers) -> float:
        amplitude, noise = np.exp(logs)
        factor = cho_factor(amplitude * gram + (noise + 1e-6) * np.eye(len(y)), lower=True)
        return float(0.5 * y @ cho_solve(factor, y) + np.log(np.diag(factor[0])).sum())

    bounds = [(-4.0, 3.0), (-6.0, 1.0)]
    amplitude, noise = np.exp(minimize(unlikely, np.log([1.0, 0.1]), bounds=bounds, method="L-BFGS-B").x)
    factor = cho_factor(amplitude * gram + (noise + 1e-6) * np.eye(len(y)), lower=True)
    mean = amplitude * cross @ cho_solve(factor, y)
    variance = amplitude - np.einsum("ij,ji->i", amplitude * cross, cho_solve(factor, amplitude * cross.T))
    return centre + scale * mean, scale * np.sqrt(np.maximum(variance, 1e-9))


def baybe(game: Game, seeds: Sequence[int], python: Path) -> list[Picks]:
    """What BayBE chooses, in an environment of its own; see lab_baybe.py.

    Args:
        game: the table.
        seeds: of the starts.
        python: the interpreter of that environment.
    """
    task = {
        "smiles": game.values,
        "values": (-game.truth).tolist(),
        "starts": [game.order(seed)[: game.starts] for seed in seeds],
        "batches": game.batches,
        "batch": game.batch,
    }
    script = Path(__file__).with_name("lab_baybe.py")
    done = subprocess.run([python, script], input=json.dumps(task), capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]
