"""What a client is told when something goes wrong: a sentence with what to do, no traceback, no key, no path."""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from molgrad.errors import one_line, shorten

LONGEST = 1000  # characters of a sentence
_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL", re.IGNORECASE)  # in the name of a variable
_LEAST = 8  # characters of a value that is taken for a secret
_SHORTEST = 3  # letters of a folder at the root that is taken for one: SMILES have slashes too
_KEYS = re.compile(r"\b(?:sk|pk|ghp|hf|xox[bp])[-_][A-Za-z0-9_-]{8,}")  # as model endpoints and hubs give them out


def sentence(error: BaseException) -> str:
    """An error as a sentence.

    Args:
        error: raised on purpose, or by the system.
    """
    if isinstance(error, ValidationError):
        return _of_arguments(error)
    if isinstance(error, OSError):
        return f"the server's machine refused ({error.strerror or type(error).__name__}): tell whoever runs the server"
    return shorten(one_line(str(error)), LONGEST)


def failed_inside(error: BaseException) -> str:
    """What a client is told of a fault of ours.

    Args:
        error: what was raised; its words stay with the operator.
    """
    return (
        f"molgrad failed inside ({type(error).__name__}); nothing is lost. Try other molecules or arguments; whoever "
        "runs the server finds the details in its log"
    )


def _of_arguments(error: ValidationError) -> str:
    said = []
    for one in error.errors(include_url=False, include_context=False, include_input=False)[:3]:
        place = ".".join(str(part) for part in one["loc"]) or "arguments"
        said.append(f"{place}: {one['msg'][:1].lower()}{one['msg'][1:]}")
    return shorten(one_line("; ".join(said)), LONGEST)


class Hider:
    """Takes out of a text what only the operator may know: values of secret variables, keys, where files lie.

    Of a full path its last part is left.

    Args:
        folder: the campaign's; its full path becomes its name.
    """

    def __init__(self, folder: Path) -> None:
        values = {value for name, value in os.environ.items() if _SECRET.search(name) and len(value.strip()) >= _LEAST}
        values |= {json.dumps(value)[1:-1] for value in values}  # as an answer holds them
        self._secrets = sorted(values, key=len, reverse=True)
        full = {str(folder.absolute()), str(folder.resolve())}
        self._paths = [(path, folder.resolve().name) for path in sorted(full, key=len, reverse=True)]
        self._home = str(Path.home())
        tops = {"etc", "home", "opt", "tmp", "usr", "var"}
        with suppress(OSError):
            tops |= {one.name for one in Path("/").iterdir() if len(one.name) >= _SHORTEST}
        names = "|".join(map(re.escape, sorted(tops)))
        self._full = re.compile(rf"(?:(?<![\w./)\]~-])|(?<=\\[nrt]))/(?:{names})/(?:[\w.+@~-]+/)*(?=[\w.+@~-])")

    def __call__(self, text: str) -> str:
        """`text` without them.

        Args:
            text: what is about to be sent.
        """
        for secret in self._secrets:
            text = text.replace(secret, "[hidden]")
        for path, name in self._paths:
            text = text.replace(path, name)
        if len(self._home) > 1:
            text = text.replace(self._home, "~")
        return _KEYS.sub("[hidden]", self._full.sub("", text))
