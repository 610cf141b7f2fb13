"""Programs as losses: what a good one gives, and that a bad one never gives a number."""

from __future__ import annotations

import json
import pickle
import re
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

import molgrad as mg
from molgrad.campaign.recipe import made, recipe
from molgrad.errors import ConflictingSettingsError
from molgrad.evaluation import Evaluation, Status
from tests.predictors import COUNTING, LOOP, answering, python

VALUES = ["CCO", "CCN", "c1ccccc1", "CCCC"]
LENGTH = "print(json.dumps({'value': len(smiles)}))"


def asked(command: list[str], values: list[str] = VALUES, **options: Any) -> list[Evaluation]:
    loss = mg.Command(command, **{"timeout": 20.0, **options})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return loss.evaluate(values)
        finally:
            loss.close()


def test_number_spread_words_and_facts() -> None:
    one, unsound = asked(python(COUNTING), ["OCC", "C1CC"])
    assert (one.score, one.sd, one.raw, one.text, one.kind) == (2.0, 0.5, {"command": 2.0}, "2 C", "command")
    assert (one.facts[0].kind, one.facts[0].atoms, one.facts[0].weight) == ("command", (0,), 0.5)
    assert unsound.status is Status.INVALID


@pytest.mark.parametrize(
    ("options", "scores"),
    [
        ({}, [3, 8]), ({"direction": "maximize"}, [-3, -8]), ({"target": 5}, [0, 3]),
        ({"direction": "maximize", "target": 5}, [2, 0]), ({"window": (4, 6)}, [1, 2]),
    ],
)  # fmt: skip
def test_direction_target_and_window(options: dict[str, Any], scores: list[float]) -> None:
    assert [one.score for one in asked(answering(LENGTH), ["CCO", "c1ccccc1"], unit="nM", **options)] == scores


def test_decades_count_where_the_scale_is_a_logarithm() -> None:
    line = "print(json.dumps({'value': 10.0 ** (len(smiles) - 2) if 'N' not in smiles else 0, 'sd': 1.0}))"
    far, near, none = asked(answering(line), ["CCCC", "CC", "N"], scale="log", target=10, unit="nM")
    assert (far.score, near.score) == (1.0, 0.0)
    assert far.sd == pytest.approx(0.00434, abs=1e-5)
    assert "has no logarithm" in none.reason


def test_the_text_names_unit_and_aim() -> None:
    (one,) = asked(answering(LENGTH), ["CCO"], name="hERG", unit="uM", direction="maximize", target=10)
    assert one.text == "hERG is 3 uM (higher is better, target 10 uM)"


def test_it_is_started_once_and_kept() -> None:
    loss = mg.Command(answering("print(json.dumps({'value': os.getpid()}))"), batch=2)
    first, again = loss.evaluate(VALUES), loss.evaluate(["CC"])
    assert len({one.score for one in (*first, *again)}) == 1
    loss.close()
    assert loss.evaluate(["CC"])[0].score != first[0].score
    loss.close()


def test_a_quick_program_is_asked_once_about_each_molecule() -> None:
    line = "n = globals().setdefault('n', []); n.append(1); print(json.dumps({'value': len(n)}))"
    loss = mg.Command(answering(line), expensive=False)
    assert [one.score for one in loss.evaluate(["CC", "CCO", "CC"])] == [1, 2, 3]
    assert [one.score for one in loss.exact(["OCC", "CCC"])] == [2, 4]
    loss.close()


def test_ids_make_the_order_free() -> None:
    code = (
        "import json, sys\nheld = []\nfor line in sys.stdin:\n    held.append(json.loads(line))\n"
        "    if len(held) == 4:\n        for one in reversed(held):\n"
        "            print(json.dumps({'id': one['id'], 'value': len(one['smiles'])}))\n"
    )
    assert [one.score for one in asked(python(code))] == [3, 3, 8, 4]


ERRING = {
    "crash": ("sys.exit('no licence')", "ended with code 1: no licence"),
    "signal": ("os.kill(os.getpid(), 11)", "was ended by SIGSEGV"),
    "closed": ("os.close(1); os.close(0); time.sleep(60)", "closed its output"),
    "rubbish": ("print('hello')", "'hello' where a line of JSON was expected.*belongs on stderr"),
    "list": ("print('[1]')", "where a line of JSON"),
    "depth": ("print('[' * 100_000)", "where a line of JSON"),
    "bytes": ("sys.stdout.buffer.write(b'\\xff\\xfe\\n')", "where a line of JSON"),
    "large": ("sys.stdout.write('x' * 100_000_000)", "more than an answer can be"),
    "two": ("print('{\"value\": 1}\\n{\"value\": 2}')", "it wrote (2 answers to 1|more than one line)"),
    "other id": ("print(json.dumps({'id': 'x9', 'value': 1}))", "the id 'x9', which was not asked"),
    "other molecule": ("print(json.dumps({'smiles': 'CCCCCCF', 'value': 1}))", "answered for CCCCCCF where"),
    "missing": ("print('{\"sd\": 1}')", "no value is there"),
    "nan": ("print('{\"value\": NaN}')", "value is nan, which is no finite number"),
    "inf": ("print('{\"value\": 1e999}')", "value is inf"),
    "beyond floats": ("print('{\"value\": 1' + '0' * 400 + '}')", "no finite number"),
    "bool": ("print('{\"value\": true}')", "value is True"),
    "text": ("print('{\"value\": \"7\"}')", "value is '7'"),
    "null": ("print('{\"value\": null}')", "value is None"),
    "sd": ("print('{\"value\": 1, \"sd\": -1}')", "sd is -1"),
    "atoms": ("print('{\"value\": 1, \"facts\": [{\"text\": \"t\", \"atoms\": [99]}]}')", "names atom 99; the"),
    "bool atoms": ("print('{\"value\": 1, \"facts\": [{\"text\": \"t\", \"atoms\": [true]}]}')", "whole numbers"),
    "a pose": ("print('{\"value\": 1, \"facts\": [{\"text\": \"t\", \"kind\": \"pose_x\"}]}')", "kind 'pose_x'"),
    "facts": ("print('{\"value\": 1, \"facts\": 7}')", "facts are a list"),
}  # fmt: skip


@pytest.mark.parametrize("how", ERRING)
def test_what_is_no_answer_is_failed_with_the_last_words_and_never_a_number(how: str) -> None:
    line, words = ERRING[how]
    found = asked(answering(line))
    assert {one.status for one in found} == {Status.FAILED}
    assert all(one.score is None and one.reason for one in found)
    assert found[0].may_pass is (how in list(ERRING)[:12])  # a wrong value stays wrong
    assert re.search(words, found[0].reason)


def test_a_banner_is_told_where_it_belongs() -> None:
    found = asked(python("print('Loading weights...')\n" + COUNTING))
    assert "'Loading weights...'" in found[0].reason
    assert "stderr" in found[0].reason


@pytest.mark.parametrize(
    ("fault", "batch"),
    [("os._exit(3)", 64), ("os._exit(3)", 2), ("os._exit(3)", 1), ("time.sleep(60)", 64), ("print('oops')", 64)],
)
def test_one_bad_molecule_spoils_only_itself(batch: int, fault: str) -> None:
    found = asked(answering(f"{fault} if 'N' in smiles else {LENGTH}"), batch=batch, timeout=2.0)
    assert [one.score for one in found] == [3, None, 8, 4]


def test_a_program_may_say_whose_fault_it_is() -> None:
    line = "print(json.dumps({'error': 'no metals', **({'status': 'invalid'} if 'N' in smiles else {})}))"
    found = asked(answering(line))
    assert [one.status for one in found] == [Status.FAILED, Status.INVALID, Status.FAILED, Status.FAILED]
    assert {one.reason for one in found} == {"no metals"}
    assert not found[0].may_pass


def test_an_answer_that_comes_late_is_not_taken_for_the_next_one() -> None:
    late = "time.sleep(2.5) if smiles == 'CCN' else None\n" + LENGTH
    loss = mg.Command(answering(late), timeout=2.0, batch=1)
    slow, prompt = loss.evaluate(["CCN"])[0], loss.evaluate(["CCCCC"])[0]
    loss.close()
    assert (slow.status, prompt.score) == (Status.FAILED, 5.0)


def test_a_line_of_another_kind_shifts_no_answer_to_the_next_molecule() -> None:
    code = "print('{\"ready\": true}', flush=True)\n" + LOOP + "    time.sleep(0.2)\n    " + LENGTH + "\n"
    found = asked(python(code), batch=1)
    assert {one.score for one in found} == {None}
    assert "'ready': True}, which is no answer" in found[0].reason


def test_lines_that_nobody_asked_for_are_thrown_away_with_the_program() -> None:
    code = LOOP.replace("for line", 'print(\'{"id": "0", "value": 7}\')\nfor line') + "    " + LENGTH + "\n"
    found = asked(python(code), ["CCO"])
    assert found[0].status is Status.FAILED


def test_a_program_that_ends_after_each_batch_is_started_for_the_next() -> None:
    once = answering(f"{LENGTH}\nsys.stdout.flush()\nos._exit(0)")
    assert [one.score for one in asked(once, batch=1)] == [3, 3, 8, 4]


def test_ten_thousand_at_once_both_ways() -> None:
    line = "sys.stderr.write('e' * 200 + '\\n')\nprint(json.dumps({'value': len(smiles), 'text': 'y' * 500}))"
    values = ["C" * (1 + i % 40) for i in range(10_000)]
    found = asked(answering(line), values, batch=10_000, timeout=120)
    assert [one.score for one in found] == [float(len(value)) for value in values]


def test_an_answer_in_pieces() -> None:
    line = "for c in json.dumps({'value': 4}) + '\\n': sys.stdout.write(c); sys.stdout.flush()"
    assert [one.score for one in asked(answering(line))] == [4.0] * 4


def test_a_program_that_always_dies_is_told_once_and_not_started_for_ever(tmp_path: Path) -> None:
    log = tmp_path / "starts"
    loss = mg.Command(python(f"open({str(log)!r}, 'a').write('x'); raise SystemExit('no weights')"), batch=5)
    with pytest.warns(UserWarning, match="does not answer: .*no weights.*by hand: echo"):
        found = loss.evaluate(["C" * n for n in range(1, 41)])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss.evaluate(["CC"])
    assert len(log.read_text()) <= 12
    assert all(one.status is Status.FAILED and "no weights" in one.reason and one.may_pass for one in found)


def test_what_is_not_there_is_said() -> None:
    assert "no-such-program is not installed here" in asked(["no-such-program"])[0].reason
    assert "cannot be started in /nowhere" in asked([sys.executable], folder="/nowhere")[0].reason


def test_relative_programs_are_those_of_their_folder(tmp_path: Path) -> None:
    (tmp_path / "predict.py").write_text(COUNTING)
    assert asked([sys.executable, "predict.py"], ["CC"], folder=tmp_path)[0].score == 2.0


def test_keys_stay_out_of_its_environment_and_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-abcdefghijklmnop1234")
    monkeypatch.setenv("PREDICTOR_TOKEN", "tok-0123456789abcdef")
    line = "sys.exit(str(os.environ.get('OPENAI_API_KEY')) + os.environ['PREDICTOR_TOKEN'])"
    reason = asked(answering(line))[0].reason
    assert "None[key]" in reason


def test_it_travels_without_its_process_and_a_run_folder_makes_it_again() -> None:
    loss = mg.Command(python(COUNTING), name="carbons", window=(1, 2), timeout=9)
    loss.evaluate(["C"])
    copy = pickle.loads(pickle.dumps(loss))  # noqa: S301 - made a moment ago
    spec = json.loads(json.dumps(loss.spec()))
    again = made(json.loads(json.dumps(recipe({"loss": loss})))["parts"]["loss"])
    assert (again.timeout, again.folder) == (9.0, str(Path.cwd()))
    assert copy.evaluate(["CCC"]) == again.evaluate(["CCC"]) == loss.evaluate(["CCC"])
    assert spec == copy.spec() == again.spec()
    for one in (loss, copy, again):
        one.close()


@pytest.mark.parametrize(
    "wrong",
    [{"command": "python predict.py"}, {"command": []}, {"command": ["a\0b"]}, {"timeout": 0}, {"timeout": 1e99},
     {"batch": 0}, {"direction": "up"}, {"scale": "ln"}, {"window": (2, 1)}, {"window": (1, 2), "target": 3},
     {"target": True}, {"name": ""}],
)  # fmt: skip
def test_senseless_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConflictingSettingsError):
        mg.Command(**{"command": ["python"], **wrong})


def test_it_is_a_term_like_others() -> None:
    loss = mg.QED() + 2 * mg.Command(python(COUNTING))
    (total,) = loss.evaluate(["CCO"])
    assert total.terms[1].contribution == 4.0
    loss.close()
