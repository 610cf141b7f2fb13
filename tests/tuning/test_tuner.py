"""Tuning a prompt over a real server: what is proposed, judged, kept, told and never paid for twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import molgrad as mg
from molgrad.campaign.events import Event
from molgrad.campaign.folder import Lock
from molgrad.errors import (
    CampaignError,
    CampaignLockedError,
    ConflictingSettingsError,
    EngineError,
    NoScoreError,
    ScoreError,
    SettingsChangedError,
    UnknownNameError,
)
from molgrad.llm.openai import OpenAIModel
from tests.loopback import Loopback, Reply, Request, error
from tests.tuning.pupils import EXAMPLES, RULES, Local, Pupil, rules, wrong

TRAIN, VALIDATION, TEST = EXAMPLES[:12], EXAMPLES[12:18], EXAMPLES[18:]


def tuner(
    server: Loopback | Local,
    folder: Path | None = None,
    *,
    score: Callable[..., Any] = wrong,
    train: Sequence[Any] = TRAIN,
    validation: Sequence[Any] | None = VALIDATION,
    **options: Any,
) -> mg.Tuner:
    model = server if isinstance(server, Local) else OpenAIModel(server.spec())
    prompt = mg.Variable("Answer.", role_description="system prompt")
    small = {"minibatch": 4, "drafts": 1}
    given = {"search": "trajectory", "test": TEST, "engine": model, "folder": folder, **small, **options}
    return mg.Tuner(mg.BlackboxLLM(model, prompt), score, train, validation, **given)


@pytest.mark.parametrize("search", ["trajectory", "pareto", "beam"])
def test_a_prompt_learns_every_rule_that_the_feedback_reveals(search: str) -> None:
    with Local(Pupil()) as server:
        tuned = tuner(server, search=search)
        tuned.run(calls=300)
        best = tuned.best
        assert rules(best.values["system_prompt"]) == set(RULES)
        assert float(best) == 0.0
        assert "as well as can be" in tuned.notes[-1]
        assert tuned.parameters["system_prompt"].value == best.values["system_prompt"]
        assert len(server.requests) == tuned.usage.calls
        answered = [p for p in server.prompts if "Answer the feedback" not in p]
        assert len(answered) == len(set(answered))
        assert tuned.test().number() == 0.0
        asked = len(server.requests)
        assert tuned.test().number() == 0.0
        assert len(server.requests) == asked


def test_a_version_costs_one_call_in_which_all_examples_are_told_and_no_right_one() -> None:
    with Local(Pupil()) as server:
        tuner(server).run(rounds=3, calls=300)
        asked = [p for p in server.prompts if "Answer the feedback" in p]
    assert len(asked) == 3
    for prompt in asked:
        told = prompt.count("\ninput: what of")
        assert told == prompt.count("\noutput: ") == prompt.count("\nfeedback: ")
        assert 2 <= told <= 4
        assert "feedback: right" not in prompt
        assert all(question not in prompt for question, _ in (*VALIDATION, *TEST))


def test_a_larger_minibatch_is_told_in_one_request_and_the_gate_asks_for_few_of_it() -> None:
    with Local(Pupil()) as server:
        made = tuner(server, minibatch=12, gate=2).run(rounds=1, calls=300)
        (request,) = [place for place, prompt in enumerate(server.prompts) if "Answer the feedback" in prompt]
        assert server.prompts[request].count("\nfeedback: ") == 12
        assert [trial.kind for trial in made._store.trials()] == ["start", "validated"]
        assert len(server.requests) - request - 1 == 2 + len(VALIDATION)


def test_the_first_run_decides_how_many_validation_examples_judge(tmp_path: Path) -> None:
    with Local(Pupil()) as server:
        many = [(f"{x} again", y) for x, y in (*TRAIN, *VALIDATION)]
        assert len(many) > 8
        first = tuner(server, tmp_path / "run", validation=many).run(calls=20)
        assert len(first.best.validation.terms) == 8  # a fifteenth of 20, but at least 8
        further = tuner(server, tmp_path / "run", validation=many).run(calls=50)
        assert len(further.best.validation.terms) == 8
        given = tuner(server, validation=many, judged=9).run(calls=20)
        assert len(given.best.validation.terms) == 9


def test_a_child_that_is_no_better_at_the_gate_is_given_up_and_told_so() -> None:
    with Local(Pupil(learns=0)) as server:
        tuned = tuner(server).run(calls=60)
        told = tuned.frame()
    assert list(told["outcome"][:1]) == ["start"]
    assert tuned.best.name == "c0000"
    assert tuned.notes[-1] == "ended: nothing new was proposed"


def test_the_budget_is_never_passed_and_a_larger_one_goes_on_to_the_same_end(tmp_path: Path) -> None:
    with Local(Pupil()) as server:
        whole = tuner(server).run(calls=300)
    with Local(Pupil()) as server:
        for calls in (3, 20, 21, 300):
            parts = tuner(server, tmp_path / "parts").run(calls=calls)
            assert len(server.requests) <= calls
            if calls < 40:
                assert parts.notes[-1].startswith("stopped: the ")
            parts.close()
        again = tuner(server, tmp_path / "parts")
        assert again.best.values == whole.best.values
        assert again.best.validation == whole.best.validation
        answered = [p for p in server.prompts if "Answer the feedback" not in p]
        assert len(answered) == len(set(answered))


def test_drafts_learn_from_further_examples_before_one_is_validated() -> None:
    with Local(Pupil()) as server:
        tuned = tuner(server, minibatch=2, gate=2, drafts=3).run(calls=300)
    first = tuned.trials[1]
    assert (first.kind, first.proposal.parent) == ("validated", tuned.trials[0].proposal.value)
    assert first.proposal.reason.count("; then ") == 2
    assert list(tuned.frame()["outcome"][:4]) == ["start", "draft", "draft", "validated"]
    assert tuned.best.score == 0.0


def test_with_little_left_a_version_is_made_from_fewer_examples_or_not_at_all() -> None:
    with Local(Pupil()) as server:
        tuned = tuner(server, gate=2).run(calls=17)  # six for the start, six for a child, and five
        asked = [p for p in server.prompts if "Answer the feedback" in p]
        assert [p.count("\nfeedback: ") for p in asked] == [2]
        assert tuned.best.name == "c0001"
        assert "do not reach for a further candidate" in tuned.notes[-1]


def test_an_endpoint_that_goes_down_ends_the_run_with_a_sentence_and_it_goes_on_later(tmp_path: Path) -> None:
    class Mortal(Pupil):
        down = True

        def __call__(self, request: Request) -> str | Reply:
            return error(401) if self.down and len(self.asked) > 20 else super().__call__(request)

    pupil = Mortal()
    with Loopback(pupil) as server:
        tuned = tuner(server, tmp_path / "p")
        with pytest.raises(EngineError, match="401"):
            tuned.run(calls=300)
        assert "goes on when it is back" in tuned.notes[-1]
        pupil.down = False
        assert float(tuned.run(calls=300).best) == 0.0


def test_a_stop_file_ends_the_run_and_the_same_line_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "p"

    class Stopping(Pupil):
        def __call__(self, request: Request) -> str | Reply:
            if len(self.asked) == 15:
                (folder / "STOP").touch()
            return super().__call__(request)

    with Local(Stopping()) as server:
        tuned = tuner(server, folder, workers=1).run(calls=300)
        assert "STOP asked for it" in tuned.notes[-1]
        assert len(server.requests) < 25
        assert float(tuned.run(calls=300).best) == 0.0


def test_a_score_that_fails_on_every_example_is_told_at_once() -> None:
    def broken(example: Any, answer: str) -> float:
        return float(example["no such key"] == answer)

    with Local(Pupil()) as server:
        with pytest.raises(ScoreError, match="TypeError"):
            tuner(server, score=broken).run(calls=300)
        assert len(server.requests) == 4
    server = Local(lambda _: "")
    with pytest.raises(ScoreError, match="none of the first 4 examples"):
        tuner(server).run(calls=300)


def test_one_answer_that_fails_is_told_by_its_example_and_no_number() -> None:
    class Silent(Pupil):
        def __call__(self, request: Request) -> str | Reply:
            said = super().__call__(request)
            return "" if said == RULES["old"] else said

    with Local(Silent(learns=6)) as server:
        tuned = tuner(server, gate=6, minibatch=6).run(calls=60)
    assert any("answered with an empty text" in line for line in tuned.history)
    assert "old" not in rules(tuned.best.values["system_prompt"])


def test_other_settings_in_the_folder_are_refused_with_what_differs(tmp_path: Path) -> None:
    folder = tmp_path / "p"

    def other(example: Any, answer: str) -> bool:
        return answer != example[1]

    with Local(Pupil()) as server:
        tuner(server, folder, test=None).run(calls=12).close()
        for options, said in (
            ({"train": TRAIN[:11]}, r"train had 12 examples and has 11 now \(0 are new, 1 are gone\)"),
            ({"validation": VALIDATION[::-1]}, "the validation examples stand in another order"),
            ({"score": other}, "the code of the score function has changed"),
            ({"search": "pareto", "gate": 2}, "search was 'trajectory' and is 'pareto' now; gate was 4 and is 2 now"),
        ):
            with pytest.raises(SettingsChangedError, match=said):
                tuner(server, folder, **{"test": None, **options})
        tuner(server, folder)  # a test split may come later
        server.name = "another"
        with pytest.raises(SettingsChangedError, match=r"models was \['loopback'\] and is \['another'\] now"):
            tuner(server, folder)


def test_repeated_and_shared_examples_are_counted_once_with_a_remark() -> None:
    with Local(Pupil()) as server:
        with pytest.warns(UserWarning, match="are") as said:
            tuned = tuner(server, train=[*TRAIN, *TRAIN[:2]], validation=None, test=TRAIN[:1])
        assert [str(one.message) for one in said] == tuned.remarks[1:]
        assert "2 training examples repeat others and are counted once" in tuned.remarks
        assert "1 test examples are trained on or validated with: test() tells too good a score" in tuned.remarks
        assert len(tuned.train) == len(tuned.validation) == 12
        assert "the training examples judge, and their scores are too good" in tuned.notes[0]


def test_direction_and_bools_are_read_alike() -> None:
    def right(example: Any, answer: str) -> tuple[bool, str]:
        return answer == example[1], wrong(example, answer)[1]

    with Local(Pupil()) as server:
        down = tuner(server).run(calls=300).best
        up = tuner(server, score=right, direction="maximize").run(calls=300).best
    assert up.values == down.values
    assert (up.score, down.score) == (1.0, 0.0)


def test_who_maximizes_is_told_every_score_as_the_function_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def right(example: Any, answer: str) -> tuple[float, str]:
        return float(answer == example[1]), wrong(example, answer)[1]

    seen: list[Event] = []
    with Local(Pupil()) as server:
        made = tuner(server, tmp_path / "run", score=right, direction="maximize")
        made.run(rounds=1, calls=300, watch=seen.append).run(calls=300, watch=mg.live_line())
        truth = made.test()
    frame, best = made.frame(), made.best
    assert list(frame["score"]) == sorted(frame["score"])
    assert (frame["score"].min(), frame["score"].max(), float(best)) == (0.0, 1.0, 1.0)
    assert (truth.score, truth.text, truth.terms[0].score) == (1.0, "mean 1 over 6 examples", 1.0)
    assert seen[-1].maximize
    assert seen[-1].best is not None
    assert seen[-1].best[1] == seen[-1].evaluation.score == frame["score"][1] > 0  # type: ignore[union-attr]
    told = capsys.readouterr().err
    assert "best score 1.000" in told
    assert made.critiques("c0000")["score"].max() == 0.0
    assert str(made.critiques("c0000")["score"][0]) == "0.0"
    assert ": score 1 over 6 examples, the best so far" in made.history[-1]
    saved = best.save(tmp_path / "best.toml").read_text()
    assert 'validation = "1"\ndirection = "maximize"' in saved
    html = f"{made._repr_mimebundle_()}{best._repr_mimebundle_()}{truth._repr_mimebundle_()}"
    assert "higher is better" in html
    for text in (told, saved, html, repr(made), *made.history, *made.notes):
        assert "loss" not in text


def test_what_is_told_of_a_run() -> None:
    with Local(Pupil()) as server:
        tuned = tuner(server)
        with pytest.raises(NoScoreError, match="run"):
            _ = tuned.best
        with pytest.raises(ValueError, match="say how far to go"):
            tuned.run()
        tuned.run(calls=300)
    frame, ledger = tuned.frame(), tuned.ledger()
    assert list(frame["candidate"]) == ["c0000", "c0001", "c0002", "c0003"]
    assert list(frame["parent"]) == ["", "c0000", "c0001", "c0002"]
    assert frame["system_prompt"].iloc[-1] == tuned.best.values["system_prompt"]
    assert ledger.set_index("step")["calls"].to_dict() == {"answer": tuned.usage.calls - 3, "propose": 3}
    assert tuned.ledger("candidate")["calls"].sum() == tuned.usage.calls
    assert set(tuned.ledger("example")["example"]) >= {"e0001", "e0018"}
    worst = tuned.critiques("c0000").iloc[0]
    assert (worst["answer"], worst["score"]) == ("no idea", 1.0)
    assert " means " in worst["words"]
    judged = tuned.critiques().groupby("split")["score"].mean()
    assert judged["validation"] == tuned.best.score
    assert set(judged.index) == {"train", "validation"}
    with pytest.raises(UnknownNameError, match=r"no candidate 'c0099'.*c0003"):
        tuned.critiques("c0099")
    assert str(tuned.best).startswith("c0003: loss 0\nsystem_prompt: ")
    assert [one.name for one in tuned.front()] == ["c0003"]
    assert tuned.history[1].startswith("c0001 changes system_prompt of c0000 (adds 2 rules): loss 0.6667 over 6")


def test_a_notebook_shows_the_best_the_candidates_and_what_is_next() -> None:
    with Local(Pupil()) as server:
        tuned = tuner(server)
        empty = tuned._repr_mimebundle_()
        tuned.run(calls=300)
    assert "no score yet" in empty["text/html"]
    assert "tuner.run(calls=500)" in empty["text/html"]
    bundle, best = tuned._repr_mimebundle_(), tuned.best._repr_mimebundle_()
    for said in ("big means cut", "c0003", "adds 2 rules", "loss 0.0000 (c0003)", "tuner.best.save(", "data:image"):
        assert said in bundle["text/html"]
    assert "big means cut" in best["text/html"]
    assert bundle["text/plain"].startswith("tuner: best c0003, loss 0\n")


def test_who_watches_is_told_what_was_given_up_and_what_failed() -> None:
    seen: list[Event] = []

    def none_for_the_gate(example: Any, answer: str) -> tuple[bool, str]:
        return True, wrong(example, answer)[1]

    with Local(Pupil()) as server:
        tuned = tuner(server, score=none_for_the_gate).run(calls=80, watch=seen.append)
    assert {trial.kind for trial in tuned.trials[1:]} == {"gate"}
    assert [one.outcome for one in seen[1:]] == ["given up"] * (len(tuned.trials) - 1)
    assert seen[-1].failed == 0


def test_a_search_that_is_not_known_is_refused_with_those_that_are() -> None:
    with Local(Pupil()) as server, pytest.raises(UnknownNameError, match=r"no search 'x'.*gepa.*trajectory"):
        tuner(server, search="x")


def test_a_damaged_database_and_that_of_a_campaign_are_refused(tmp_path: Path) -> None:
    with Local(Pupil()) as server:
        tuner(server, tmp_path / "p").run(calls=40).close()
        path = tmp_path / "p" / "campaign.db"
        with sqlite3.connect(path) as db:
            db.execute("UPDATE answers SET words = 'x', data = replace(data, 'means', 'moans')")
        db.close()
        with pytest.raises(CampaignError, match="is not what was written there"):
            tuner(server, tmp_path / "p").run(calls=50)
        path.write_bytes(path.read_bytes()[:6000])
        with pytest.raises(CampaignError, match=r"campaign\.db"):
            tuner(server, tmp_path / "p")
        with sqlite3.connect(tmp_path / "campaign.db") as db:
            db.execute("CREATE TABLE proposals (id)")
        db.close()
        with pytest.raises(CampaignError, match="something else, such as a campaign"):
            tuner(server, tmp_path)


def test_a_second_process_in_the_folder_is_told_so(tmp_path: Path) -> None:
    with Local(Pupil()) as server:
        tuned = tuner(server, tmp_path / "p")
        with Lock(tmp_path / "p"), pytest.raises(CampaignLockedError):
            tuned.run(calls=10)
    assert server.requests == []


def test_an_interrupt_leaves_what_was_answered_and_the_best_values(tmp_path: Path) -> None:
    def interrupted(event: Event) -> None:
        if event.batch == 2:
            raise KeyboardInterrupt

    with Local(Pupil()) as server:
        tuned = tuner(server, tmp_path / "p")
        with pytest.raises(KeyboardInterrupt):
            tuned.run(calls=300, watch=interrupted)
        assert tuned.parameters["system_prompt"].value == tuned.best.values["system_prompt"]
        assert "goes on" in tuned.notes[-1]
        tuned.close()
        again = tuner(server, tmp_path / "p")  # in the same process the prompt's object is another
        assert again.run(calls=300).best.score == 0.0
        asked = [p for p in server.prompts if "Answer the feedback" in p]
        assert len(asked) == len(set(asked)) == 3


def test_tokens_and_money_are_limits_too() -> None:
    with Local(Pupil()) as server:
        with pytest.raises(ConflictingSettingsError, match="price"):
            tuner(server).run(money=1.0)
        paid = tuner(server, price=(1e6, 1e6), workers=1).run(money=100)
        assert 100 <= paid.usage.cost < 100 + 18
        assert "100 in money" in paid.notes[-1]
        counted = tuner(server, workers=1).run(tokens=100)
        assert 100 <= counted.usage.tokens < 100 + 18


def test_of_equals_in_validation_the_one_that_is_better_on_training_examples_is_best() -> None:
    def scored(example: Sequence[str], answer: str) -> tuple[float, str]:
        return (0.5, "") if example in VALIDATION[:1] else wrong(example, answer)  # never at its best

    with Local(Pupil(learns=6)) as server:
        tuned = tuner(server, score=scored, validation=VALIDATION[:1], train=TRAIN, gate=4, minibatch=4).run(calls=80)
    frame = tuned.frame()
    assert len(set(frame["score"].dropna())) == 1
    assert tuned.best.name != "c0000"
    assert len(rules(tuned.best.values["system_prompt"])) >= 4
