"""Everything that can go wrong for a user, as one tree.

MolgradError
├── InvalidMoleculeError      a SMILES that is not a sound structure; carries every reason
├── UnknownNameError          a receptor, loss, advisor or setting that does not exist; says what is near
├── MissingExtraError         an optional package that is not installed; says how to install it
├── InputFileError            a file that cannot be read as what it should be
├── ConflictingSettingsError  two settings that exclude one another
├── AssayUnitError            a measured value that cannot be converted into the unit asked for
├── ReceptorError             a receptor whose files or box cannot be used
├── DockingError              a dock that gave no number
│   ├── LigandPreparationError    the molecule could not be made ready for docking (the molecule's fault)
│   └── WorkerDiedError           the docking process ended in mid-dock (the machine's fault)
├── LeadPoseError             no lead's pose makes the contacts that a run asks for; says what to do
├── NoScoreError              a number was asked of a measurement that has none
├── ScoreError                a score function of yours that scores no example; says why
├── EngineError               an advisor or language model is missing, unreachable or refuses
│   ├── PicturesRefusedError      the model reads texts only, and was shown a picture
│   ├── ToolsRefusedError         the model calls no tools, and was offered some
│   ├── BudgetReachedError        the calls, tokens, money or time granted to a model are spent
│   └── UnparsableAnswerError     a model's answer that stayed unreadable after one repair turn
│       └── EmptyAnswerError          a model that answered a program's question with nothing
├── BackwardError             a graph through which no gradient can flow
├── TemplateError             a prompt's template whose fields and values do not match; names them
├── ExecutionRefusedError     code that would run without having been allowed to
└── CampaignError             a run folder that cannot be used as asked
    ├── CampaignLockedError       another process is writing there
    └── SettingsChangedError      the folder was made with other settings; says which
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Sequence


class MolgradError(Exception):
    """Base of every error that molgrad raises on purpose; its words hold no control characters."""

    def __str__(self) -> str:
        return plain(super().__str__())


class InvalidMoleculeError(MolgradError, ValueError):
    """A SMILES that does not describe a sound structure.

    Attributes:
        smiles: the text as it was given.
        reasons: one sentence for each thing wrong, in the order found.
    """

    def __init__(self, smiles: str, reasons: Sequence[str]) -> None:
        self.smiles = smiles
        self.reasons = tuple(reasons)
        super().__init__(f"{shorten(smiles)!r}: {self.why}")

    @property
    def why(self) -> str:
        """The reasons in one line, the first few of many."""
        return listed(self.reasons)


class UnknownNameError(MolgradError, LookupError):
    """A name that nothing answers to, with the nearest names that do."""

    def __init__(self, kind: str, name: str, known: Iterable[str], *, place: str = "") -> None:
        self.name = name
        names = sorted(known)
        near = difflib.get_close_matches(name.lower(), [n.lower() for n in names], n=3, cutoff=0.5)
        match = list(dict.fromkeys(n for close in near for n in names if n.lower() == close))  # the nearest first
        if match:
            hint = f"did you mean {', '.join(match)}?"
        elif names:
            hint = "known: " + ", ".join(names[:12]) + (" ..." if len(names) > 12 else "")
        else:
            hint = "none is installed"
        where = f"{place}: " if place else ""  # the file that names it
        super().__init__(f"{where}there is no {kind} {shorten(name)!r}; {hint}")


class MissingExtraError(MolgradError, ImportError):
    """Something that needs an optional package."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"{package} is not installed; install it with: pip install 'molgrad[{extra}]'")


class InputFileError(MolgradError, ValueError):
    """A file that is missing, empty, or not what its name says."""


class ConflictingSettingsError(MolgradError, ValueError):
    """Two settings were given of which only one can hold."""


class AssayUnitError(MolgradError, ValueError):
    """A measured value that cannot be converted into the unit asked for; says what is needed."""


class ReceptorError(MolgradError):
    """A receptor that cannot be docked into."""


class DockingError(MolgradError):
    """A dock that gave no number."""


class LigandPreparationError(DockingError):
    """The molecule could not be made ready for docking."""


class WorkerDiedError(DockingError):
    """The docking process ended before it answered."""


class LeadPoseError(MolgradError):
    """No lead's pose makes the contacts that a run asks for."""


class NoScoreError(MolgradError, ValueError):
    """A number was asked of a measurement that has none (failed, pending, or words only)."""


class ScoreError(MolgradError, ValueError):
    """A score function that failed in the same way for every example, so that nothing can be compared."""


class EngineError(MolgradError):
    """The advisor or language model is missing, unreachable, or refuses."""


class PicturesRefusedError(EngineError):
    """The model was shown a picture and reads texts only."""


class ToolsRefusedError(EngineError):
    """A model was offered tools, and takes none."""


class BudgetReachedError(EngineError):
    """What was granted to a model is spent; nothing was sent."""


class UnparsableAnswerError(EngineError):
    """A model's answer that could not be read, even after one repair turn."""


class EmptyAnswerError(UnparsableAnswerError):
    """A language model answered with an empty text."""


class BackwardError(MolgradError):
    """A graph through which no gradient can flow."""


class TemplateError(MolgradError, ValueError):
    """A template's fields and the values given for them do not match, or a field is no plain name."""


class ExecutionRefusedError(MolgradError):
    """Code written by a model was to be run without permission."""


class CampaignError(MolgradError):
    """A run folder that cannot be used as asked."""


class CampaignLockedError(CampaignError):
    """Another process is writing to this run folder."""


class SettingsChangedError(CampaignError):
    """The run folder was made with other settings than those given now."""


def whole(name: str, value: object, least: float = 0, most: float = math.inf) -> int:
    """The value of the setting `name`, if it is a whole number within its bounds; else a ValueError that says so."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        bounds = f" from {least:g} to {most:g}" if most < math.inf else f" of at least {least:g}"
        raise ValueError(f"{name} is a whole number{bounds if least > -math.inf else ''}, not {value!r}")
    return value


_SENTENCE = 300  # characters of one reason in a list
_WORD = 16  # letters up to which the last word of a shortened text is left out whole


def shorten(text: str, limit: int = 80) -> str:
    """`text` in at most `limit` characters, for an error message or a log line."""
    if len(text) <= limit:
        return text
    head, gap, tail = text[: limit - 3].rpartition(" ")
    # Between words, unless what is cut through is long itself, as a SMILES is.
    return (head if gap and len(tail) < _WORD else text[: limit - 3]) + "..."


def listed(reasons: Sequence[str], limit: int = 480) -> str:
    """As many reasons as find place, the first one at least, and how many more there are.

    Args:
        reasons: sentences; a long one is shortened.
        limit: characters for them together.
    """
    said: list[str] = []
    for reason in reasons:
        text = shorten(reason, _SENTENCE)
        if said and sum(map(len, said)) + len(text) > limit:
            said.append(f"and {len(reasons) - len(said)} more")
            break
        said.append(text)
    return "; ".join(said)


def counted(number: int, word: str, several: str = "", *, form: str = "") -> str:
    """`1 molecule`, `2 molecules`.

    Args:
        number: how many.
        word: for one.
        several: for more; `word` with an s by default.
        form: how the number is written, such as `,` with marks between thousands.
    """
    return f"{number:{form}} {word if number == 1 else several or word + 's'}"


# Control characters but tab and newline, terminal escapes whole, and marks that cannot be seen or turn the direction of
# what follows: soft hyphen, zero-width and bidirectional marks, invisible operators, tags, byte order marks.
_UNSEEN = re.compile(
    "\x1b\\[[0-?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b\n]*(?:\x07|\x1b\\\\)?|\x1b[@-_]?"
    "|[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
_HALVES = re.compile(
    "[\ud800-\udfff]"
)  # of character pairs, as in names of files that are no UTF-8: nothing prints them


def plain(text: str) -> str:
    """`text` without control characters, which a terminal would act on: for text that a stranger wrote."""
    return _HALVES.sub("\ufffd", _UNSEEN.sub("", text))


def encodable(text: str) -> str:
    """`text` without halves of characters, which neither a database nor a request takes.

    Args:
        text: any.
    """
    return _HALVES.sub("\ufffd", text)


def figures(number: float, digits: int = 3) -> str:
    """A number rounded, without an exponent where it can do without: 1200, not 1.2e+03.

    Args:
        number: any.
        digits: significant ones.
    """
    return f"{float(f'{number:.{digits}g}') + 0.0:g}"


def one_line(text: str) -> str:
    """`plain` text on one line: a name with a line break must not look like two rows."""
    return " ".join(plain(text).split())


def engine_fault(error: BaseException) -> EngineError | None:
    """The unreachable model, or spent budget, that another error was raised because of; None where there is none.

    Args:
        error: whatever a program or a score function raised.
    """
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        if isinstance(one, EngineError) and not isinstance(one, UnparsableAnswerError):
            return one
        seen.add(id(one))
        one = one.__cause__ or one.__context__
    return None
