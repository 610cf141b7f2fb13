"""The name `textgrad` leads here, module for module, and only in the process that asked for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

MODULES = [
    "autograd", "autograd.functional", "autograd.function", "autograd.llm_ops", "autograd.multimodal_ops",
    "autograd.string_based_ops", "config", "defaults", "engine", "engine.base", "engine.local_model_openai_api",
    "engine.openai", "engine_experimental", "engine_experimental.base", "engine_experimental.litellm",
    "engine_experimental.openai", "loss", "model", "optimizer", "optimizer.optimizer", "variable",
]  # fmt: skip


def python(program: str, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *(arguments or ("-c", program))]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=cwd, check=False)


def test_every_module_is_the_same_object_under_both_names() -> None:
    program = (
        "import sys, importlib, molgrad.compat.textgrad as tg\n"
        "assert tg.install() is tg\n"
        "import textgrad, textgrad.autograd.functional\n"
        "assert textgrad is tg\n"
        f"for name in {MODULES}:\n"
        "    ours = importlib.import_module('molgrad.compat.textgrad.' + name)\n"
        "    assert importlib.import_module('textgrad.' + name) is ours, name\n"
        "from textgrad.variable import Variable\n"
        "assert Variable is tg.Variable\n"
    )
    done = python(program)
    assert done.returncode == 0, done.stderr


def test_a_handful_of_modules_aliased_by_hand_is_enough() -> None:
    names = ["autograd", "config", "engine", "engine.base", "engine.openai", "engine_experimental.litellm", "loss",
             "model", "optimizer", "variable"]  # fmt: skip
    program = (
        "import sys, importlib\n"
        "sys.modules['textgrad'] = importlib.import_module('molgrad.compat.textgrad')\n"
        f"for name in {names}:\n"
        "    sys.modules['textgrad.' + name] = importlib.import_module('molgrad.compat.textgrad.' + name)\n"
        "from textgrad.engine_experimental.litellm import LiteLLMEngine\n"
        "from textgrad.engine import get_engine\n"
        "from textgrad import sum, TextualGradientDescent\n"
        "assert isinstance(get_engine('experimental:gpt-4o'), LiteLLMEngine)\n"
    )
    done = python(program)
    assert done.returncode == 0, done.stderr


def test_an_earlier_textgrad_is_replaced_and_importing_alone_replaces_nothing() -> None:
    program = (
        "import sys, types\n"
        "old = sys.modules['textgrad'] = types.ModuleType('textgrad')\n"
        "sys.modules['textgrad.variable'] = types.ModuleType('textgrad.variable')\n"
        "import molgrad.compat.textgrad as tg\n"
        "assert sys.modules['textgrad'] is old\n"
        "tg.install()\n"
        "import textgrad.variable\n"
        "assert textgrad.variable.Variable is tg.Variable\n"
    )
    done = python(program)
    assert done.returncode == 0, done.stderr


def test_every_public_name_is_there() -> None:
    import molgrad.compat.textgrad as tg

    assert [name for name in tg.__all__ if not hasattr(tg, name)] == []


def test_importing_makes_no_files_and_loads_neither_chemistry_nor_clients(tmp_path: Path) -> None:
    program = "import sys, molgrad.compat.textgrad; print(sorted({'rdkit', 'openai', 'vina'} & set(sys.modules)))"
    done = python("", "-B", "-c", program, cwd=tmp_path)
    assert done.stdout.strip() == "[]", done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_program_gets_its_arguments_its_folder_and_its_name(tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("WORD = 'beside'\n")
    program = tmp_path / "program.py"
    program.write_text(
        "import sys, beside, textgrad\n"
        "if __name__ == '__main__':\n    print(sys.argv[1:], beside.WORD, textgrad.__name__)\n    sys.exit(3)\n"
    )
    done = python("", "-m", "molgrad.compat.textgrad", str(program), "--fast", "2")
    assert done.stdout.strip() == "['--fast', '2'] beside molgrad.compat.textgrad"
    assert done.returncode == 3
    done = python("", "-m", "molgrad.compat.textgrad", "-m", "program", "x", cwd=tmp_path)
    assert (done.stdout.strip(), done.returncode) == ("['x'] beside molgrad.compat.textgrad", 3)


@pytest.mark.parametrize(
    ("arguments", "says"), [((), "usage"), (("none.py",), "no program 'none.py'"), (("-m",), "usage")]
)
def test_without_a_program_the_usage_is_told(arguments: tuple[str, ...], says: str) -> None:
    done = python("", "-m", "molgrad.compat.textgrad", *arguments)
    assert done.returncode == 2
    assert says in done.stderr
