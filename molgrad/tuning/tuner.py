"""Tunes the parameters of a program on examples, in a folder that a stopped run goes on from."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from molgrad import registry
from molgrad.autograd.advisor import Advisor
from molgrad.autograd.engine import get_backward_engine, resolve_advisor
from molgrad.autograd.variable import Variable
from molgrad.campaign.driver import resolve_optimizer
from molgrad.campaign.events import Event
from molgrad.campaign.limits import Stop
from molgrad.campaign.stopping import watched
from molgrad.errors import EngineError, UnknownNameError
from molgrad.evaluation import Evaluation
from molgrad.llm.budget import Budget
from molgrad.llm.types import LanguageModel
from molgrad.losses.outcome import Direction
from molgrad.optim.optimizer import MakeOptimizer
from molgrad.programs.candidates import CandidateDomain, named_parameters
from molgrad.programs.examples import Caller, Example, Program, check_program, listed, read_examples
from molgrad.programs.scoring import check_score
from molgrad.tuning import telling
from molgrad.tuning.advice import CandidateAdvisor, Components, Plan
from molgrad.tuning.answers import AnswerStore, Trial
from molgrad.tuning.asking import Asker
from molgrad.tuning.checks import check, check_limits
from molgrad.tuning.gepa import GepaSession
from molgrad.tuning.gepa_adapter import GEPA
from molgrad.tuning.judging import GIVEN_UP, Judge
from molgrad.tuning.measuring import Measuring, Scale
from molgrad.tuning.reflection import Critic, Reflection
from molgrad.tuning.results import Results
from molgrad.tuning.session import Session
from molgrad.tuning.settings import models_of, settings_of
from molgrad.tuning.spending import Spending
from molgrad.tuning.starting import begun
from molgrad.tuning.trials import Trials, mean_of
from molgrad.tuning.tuned import Tuned

if TYPE_CHECKING:
    from molgrad.campaign.events import Watcher

SEARCHES = {"trajectory": "tgd"}  # further names of searches
_NO_FOLDER = Path("memory")
_TOGETHER = 3  # parameters up to which a candidate rewrites all of them: each takes a request
_JUDGED, _SHARE = 8, 15  # at least so many validation examples judge, or this part of the calls


class Tuner(Results):
    """Improves the parameters of a program by what is said of its answers to examples.

    A candidate is a value for every parameter: prompts, code, worked examples and molecules tune together, each checked
    by its own domain. A search proposes candidates; each first answers the training examples that it was made from, and
    where it is better there than its parent, the validation examples, which judge. Every answer and every model call is
    kept in the folder: nothing is paid for twice, and the same lines of Python go on after a stop, a crash or a
    kill, to the result that the run would have had without it.

    What the program's code does cannot be known, nor what a function asks: after changing it, give another folder.

    Args:
        program: a Module, or a function of Variables; it returns a Variable or a text. Called from several threads.
        score: (example, answer) -> bool, number, (number, words) or Evaluation. The words are the feedback.
        train: examples that the feedback is about: pairs (input, expected), or mappings whose entries are the program's
            arguments by name; an entry `expected` is for the score alone.
        validation: examples that judge; the training examples by default.
        test: examples for `test()`, which no search sees.
        folder: where the run is kept; nothing is, and nothing can be gone on with, without one.
        search: a registered optimizer ("pareto", "trajectory", "beam", "tpe"), what makes one of a Task, or "gepa" for
            the package of that name, which then decides by its own rules what is measured.
        engine: who rewrites: a model's name, an endpoint, a LanguageModel or an Advisor. By default the backward
            engine, or for molecules the built-in chemist.
        minibatch: training examples that a candidate is made from: those that went wrong are told in one request.
        gate: of these, how many a candidate and its parent are compared on; only what is better in mean is validated.
        drafts: rewritings in a row, each for further examples, before a candidate is validated.
        judged: validation examples that judge, the first ones. By default as many as the `calls` of the folder's first
            run leave room for: a fifteenth of them, at least 8; all where no number of calls is given.
        seed: the same seed and answers give the same run.
        direction: "minimize" where a lower score is better, or "maximize"; results are told as the score counts.
        best: the best number that a score can be: answers that reach it are not criticised. A bool needs none; of
            numbers exactly 0, or with "maximize" exactly 1, is taken for it.
        workers: answers at once.
        parameters: what may change; all of a Module's variables with `requires_grad` by default.
        critic: (answer, expected) -> Variable with words on a poor answer, in place of the score's words.
        constraints: what every candidate must satisfy, a sentence each.
        components: how many parameters a candidate rewrites: "one", in turn, or "all"; by default all of up to three.
        price: money per million tokens sent and answered; needed for a budget in money.

    Raises:
        ValueError: nothing to tune, no examples, or a setting out of bounds.
        UnknownNameError: there is no such search.
        TypeError: an example, the program or the score that is none.
        SettingsChangedError: the folder was made with other settings; says what differs.
    """

    _drawn_by: ClassVar[str] = "molgrad.report.notebook.tuner:tuner"

    def __init__(
        self,
        program: Program,
        score: Callable[[Any, str], Any],
        train: Sequence[Any],
        validation: Sequence[Any] | None = None,
        *,
        test: Sequence[Any] | None = None,
        folder: str | Path | None = None,
        search: str | MakeOptimizer = "pareto",
        engine: str | Advisor | LanguageModel | None = None,
        minibatch: int = 16,
        gate: int = 4,
        drafts: int = 1,
        judged: int | None = None,
        seed: int = 0,
        direction: Direction = "minimize",
        best: float | None = None,
        workers: int = 4,
        parameters: Sequence[Variable] | Mapping[str, Variable] | None = None,
        critic: Critic | None = None,
        constraints: Sequence[str] = (),
        components: Components | None = None,
        price: tuple[float, float] | None = None,
    ) -> None:
        check(
            {"gate": gate, "minibatch": minibatch, "drafts": drafts, "judged": judged, "workers": workers,
             "seed": seed},
            {"direction": direction, "components": components, "best": best, "price": price, "folder": folder,
             "constraints": constraints},
        )  # fmt: skip
        check_score(score, "example", "answer")
        check_program(program)
        self.parameters = named_parameters(program, parameters)
        self._caller, self._score, self._scale = Caller(program), score, Scale(direction, best)
        self.direction = direction
        self.remarks: list[str] = []
        self._read(train, validation, test)
        self.folder = None if folder is None else Path(folder).expanduser()
        self._search: tuple[str, MakeOptimizer | None] = (GEPA, None)
        if search != GEPA:
            _check_search(search)
            self._search = resolve_optimizer(SEARCHES.get(search, search) if isinstance(search, str) else search)
        self._gate, self._seed, self._workers, self._critic = gate, seed, workers, critic
        self._minibatch, self._judged, self._drafts = minibatch, judged, drafts
        self._components = components or ("all" if len(self.parameters) <= _TOGETHER else "one")
        self._constraints, self._price = list(constraints), price
        self._inner = self._advisor(engine)
        self._store = AnswerStore(self.folder)
        self._stop = Stop(self.folder or _NO_FOLDER)
        self._ended = ""
        with self._store.alone():
            self._domain = self._begin(search if isinstance(search, str) else self._search[0])
        self._start = self._store.meta("start")
        self._asker = Asker(self._store, price)

    def _read(self, train: Sequence[Any], validation: Sequence[Any] | None, test: Sequence[Any] | None) -> None:
        train, test = listed(train), None if test is None else listed(test)
        judged = train if validation is None else listed(validation)
        self.train, self.validation, self.held_out = splits = read_examples(train, judged, test)
        if not self.train or not self.validation:
            raise ValueError("a Tuner needs examples, to train on and to validate with")
        self.remarks += telling.of_splits((train, judged, test or ()), splits)
        for remark in self.remarks:
            warnings.warn(remark, stacklevel=3)
        if validation is None:
            self.remarks.insert(0, "no validation examples: the training examples judge, and their scores are too good")

    def _advisor(self, engine: str | Advisor | LanguageModel | None) -> Advisor | None:
        found = engine if engine is not None else get_backward_engine()
        if found is not None:
            return resolve_advisor(found)
        for name, variable in self.parameters.items():
            if variable.domain.default_advisor is None and not hasattr(variable.domain, "bootstrapped"):
                raise EngineError(f"nobody can rewrite {name!r}: give engine=..., a model's name or an advisor")
        return None

    def _begin(self, search: str) -> CandidateDomain:
        """Write down what the run is made with, or compare with what it was made with."""
        domain = CandidateDomain(self.parameters)
        splits = {"train": self.train, "validation": self.validation, "test": self.held_out}
        others = {
            "search": search, "engine": "" if self._inner is None else self._inner.name, "gate": self._gate,
            "models": models_of(self._caller.program),
            "minibatch": self._minibatch, "judged": self._judged, "drafts": self._drafts,
            "seed": self._seed, "direction": self._scale.direction, "best": self._scale.best,
            "constraints": self._constraints, "components": self._components, "critic": self._critic is not None,
        }  # fmt: skip
        return begun(self._store, self.parameters, settings_of(domain, splits, self._score, others))

    def run(
        self,
        calls: int | None = None,
        *,
        tokens: int | None = None,
        money: float | None = None,
        seconds: float | None = None,
        rounds: int | None = None,
        watch: Watcher | None = None,
    ) -> Self:
        """Search until a limit is reached, and leave the parameters at the best values.

        Limits but `seconds` are those of the whole folder, earlier runs included; a larger one goes on. Besides,
        `stop()`, a file STOP in the folder and a notebook's stop button end the run.

        Args:
            calls: requests to every model that the run asks, the program's and the advisor's; never passed. An answer
                of a program that asks no model of molgrad counts as one.
            tokens: sent and answered; known after a call only, so that the last calls may go beyond.
            money: in the unit of the price, known as tokens are.
            seconds: of this run, by the clock.
            rounds: of the search.
            watch: called after each candidate, such as `mg.live_line()`.

        Raises:
            EngineError: a model cannot be reached; what was answered is kept, and the same line goes on.
            ScoreError: the first examples all failed for one reason.
            CampaignLockedError: another process is at work in the folder.
        """
        limits = {"calls": calls, "tokens": tokens, "money": money, "seconds": seconds}
        budget = check_limits(limits, rounds, self._price, watch)
        with watched(self, watch, "the same run(...)", self._scores) as seen, self._store.alone():
            self._stop.start()
            self._asker.grant(budget)
            try:
                self._ended = self._go(rounds, budget, seen)
            except (Exception, KeyboardInterrupt) as error:
                self._ended = telling.why_stopped(error)
                if not telling.is_end(error):
                    error.add_note(telling.KEPT)
                    raise
            finally:
                self._leave_best()
                self._store.set_meta("ended", self._ended)
        return self

    def _go(self, rounds: int | None, budget: Budget, watch: Watcher) -> str:
        session = self._session(budget, rounds, watch)
        session.begin()
        while rounds is None or session.rounds < rounds:
            if why := self._stop.asked() or session.round():
                return why
        return f"ended after {session.rounds} rounds, as asked"

    def _session(self, budget: Budget, rounds: int | None, watch: Watcher) -> Session | GepaSession:
        trials, known = Trials(), {trial.id for trial in self._store.trials()}
        spending, judging = Spending(budget.calls), self._judging(budget.calls)
        measuring = self._measuring(spending)
        name, make = self._search
        judge = Judge(
            self._domain, self._store, measuring, trials, judging, gate=self._gate, front=name == "pareto"
        )  # fmt: skip

        def told(trial: Trial) -> None:
            if trial.id not in known:
                watch(self._event(trial, trials, budget))

        if make is None:
            return GepaSession(
                self._inner, self._domain, judge, trials, self.train, judging, self._asker, self._start, self._seed,
                self._minibatch, told, self._stop.asked, rounds,
            )  # fmt: skip
        plan = Plan(self._minibatch, self._gate, self._drafts, len(judging))
        reflection = Reflection(measuring, self.train, self._seed, self._critic, self._asker)
        advisor = CandidateAdvisor(
            self._inner, self._domain, self.parameters, reflection, trials, self._asker, self._store.candidate,
            judge.worse, constraints=self._constraints, components=self._components, plan=plan, spending=spending,
        )  # fmt: skip
        role = "values of the parameters of a program"
        return Session(make, self._domain, advisor, judge, trials, self._start, self._seed, role, told)

    def _judging(self, calls: int | None) -> Sequence[Example]:
        """The validation examples that judge; the first run of the folder decides how many."""
        count = self._judged or self._store.meta("judged")
        if count is None:
            count = len(self.validation) if calls is None else max(_JUDGED, calls // _SHARE)
            self._store.set_meta("judged", count)
        return self.validation[:count]

    def _measuring(self, spending: Spending | None = None) -> Measuring:
        return Measuring(
            self._caller, self.parameters, self._score, self._scale, self._store, self._asker, self._workers,
            self._stop.asked, spending,
        )  # fmt: skip

    def _event(self, trial: Trial, trials: Trials, budget: Budget) -> Event:
        spent, best = self._asker.purse.spent.calls, trials.best
        failed = sum(one.evaluation.score is None and one.kind not in GIVEN_UP for one in trials.all)
        outcome = "given up" if trial.kind in GIVEN_UP else ""
        shown = (
            None
            if best is None
            else (telling.shown(self._domain, best.proposal), self._as_scored(best.evaluation).number())
        )
        proposal = telling.displayed(self._domain, trial.proposal)
        told, up = self._as_scored(trial.evaluation), self.direction == "maximize"
        return Event(
            proposal, told, spent, budget.calls or spent, failed, shown, trial.step, "calls", maximize=up,
            outcome=outcome,
        )  # fmt: skip

    def _leave_best(self) -> None:
        found = self._best(self._store.trials())
        self._measuring().assign(self._domain.parts(self._start if found is None else found.proposal.value))

    def stop(self, why: str = "asked to") -> None:
        """End the present run after the answers that are being made; safe in a signal handler and in other threads.

        Args:
            why: for `notes`.
        """
        self._stop.ask(why)

    def test(self, candidate: Tuned | None = None) -> Evaluation:
        """The truth: the mean over the test examples, which no search has seen; answered once, and counted in `usage`.

        Look once, at the end: whoever chooses by it has tuned on it.

        Args:
            candidate: the best by default.

        Returns:
            The mean, as the score function counts; its terms are the examples.

        Raises:
            ValueError: there are no test examples.
            EngineError: a model cannot be reached.
        """
        if not self.held_out:
            raise ValueError("there are no test examples: give test=[...] to the Tuner")
        chosen = candidate or self.best
        key = telling.number_of(chosen.name)
        with self._store.alone():
            self._asker.grant(Budget())
            answers = self._measuring().answers(key, chosen.values, self.held_out, remember=False)
            looked = sorted({*(self._store.meta("tested") or []), chosen.name})
            self._store.set_meta("tested", looked)
        return self._as_scored(mean_of("test", answers))

    @property
    def notes(self) -> list[str]:
        """What a reader of the results should know: doubtful examples, an early end, looks at the test split."""
        tested = self._store.meta("tested") or []
        many = [f"the test examples were looked at for {len(tested)} candidates: choose by none of them"]
        own = [] if self._inner is None else list(self._inner.notes)
        judged, known = self._judged or self._store.meta("judged") or len(self.validation), len(self.validation)
        few = (
            [f"{judged} of {known} validation examples judge, as suits the budget (judged=)"] if judged < known else []
        )
        ended = self._ended or self._store.meta("ended")
        return [*self.remarks, *few, *own, *(many if len(tested) > 1 else []), *([ended] if ended else [])]


def _check_search(search: str | MakeOptimizer) -> None:
    known = {*SEARCHES, GEPA, *registry.names("optimizers")}
    if isinstance(search, str) and search not in known:
        raise UnknownNameError("search", search, known - {*SEARCHES.values()})
