"""The words of results tables: units, kinds of results, headings, and cells that hold a word."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "tables"
# mol L-1, mol·l^-1 and mol/l are one; so are the two letters for the litre.
_PER = re.compile(r"\s*(?:[·.*]\s*)?\b([lL]|mL|ml|uL|ul|min|mg|kg|s)\s*\^?-1\b")
_LITRE = re.compile(r"(?<=/)(?P<prefix>[mun]?)l\b|(?<=/)(?P<long>lit(?:re|er))\b")

_POWER = re.compile(r"[xX*]?10\^?-0?(3|6|9|12)(?:M|mol/L)")  # as headings have it: IC50 (x 10^-9 M)


def _table(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of results.

    Attributes:
        name: as `Measured.unit` has it.
        dimension: what it measures; units of one dimension convert into one another.
        factor: of the unit in the dimension's base unit; None on logarithmic scales.
    """

    name: str
    dimension: str
    factor: float | None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of result.

    Attributes:
        name: as `Measured.kind` has it.
        scale: the dimensions of its units, apart by blanks; "none" for a pure number.
    """

    name: str
    scale: str


@cache
def units() -> dict[str, Unit]:
    """The units by name."""
    rows = _table("units.tsv")
    return {row["name"]: Unit(row["name"], row["dimension"], float(row["factor"] or 0) or None) for row in rows}


def known_units() -> str:
    """The names of the usual units, for errors."""
    usual = [unit.name for unit in units().values() if unit.dimension in ("molar", "mass", "log", "percent", "ratio")]
    return ", ".join(usual) + ", ... (molgrad/assays/tables/units.tsv)"


@cache
def _unit_spellings() -> tuple[dict[str, str], dict[str, str]]:
    """Names of units by their spellings as they are, and in lower case where case tells nothing apart."""
    exact, caseless = {}, {}
    for row in _table("units.tsv"):
        for spelling in (row["name"], *row["spellings"].split("|")):
            exact[_compact(spelling)] = row["name"]
            if row["caseless"] == "yes" or len(spelling) > 3:
                caseless[_compact(spelling).lower()] = row["name"]
    return exact, caseless


def _compact(text: str) -> str:
    text = _PER.sub(r"/\1", text.strip())
    text = _LITRE.sub(lambda found: (found["prefix"] or "") + "L", text)
    return re.sub(r"\s+", "", text).replace("mole", "mol")


def unit_named(text: str) -> Unit | None:
    """The unit of a spelling; None where it is none.

    Args:
        text: such as `nM`, `µmol/l` or `mg mL-1`, its micro sign as a `u`.
    """
    exact, caseless = _unit_spellings()
    compact = _compact(text)
    if power := _POWER.fullmatch(compact):
        compact = {"3": "mM", "6": "uM", "9": "nM", "12": "pM"}[power[1]]
    name = exact.get(compact) or caseless.get(compact.lower())
    return units()[name] if name else None


@cache
def unit_pattern() -> re.Pattern[str]:
    """What finds a spelling of a unit at the beginning of a text; the longest one first."""
    spellings = {text for row in _table("units.tsv") for text in (row["name"], *row["spellings"].split("|"))}
    ordered = sorted(spellings, key=len, reverse=True)
    some = "|".join(re.escape(text).replace(r"\ ", r"\s*").replace("/", r"\s*/\s*") for text in ordered)
    per = r"[kmunpf]?(?:mol|mole|g|M|L|l)\s*(?:[·.*]\s*)?[mun]?[lL]\s*\^?-1"
    return re.compile(rf"(?:{per}|{some})(?![\w/]|-\w)", re.IGNORECASE)


@cache
def kinds() -> dict[str, Kind]:
    """The kinds of results by name."""
    return {row["kind"]: Kind(row["kind"], row["scale"]) for row in _table("kinds.tsv")}


_LOG = r"(?P<log>-\s*log(?:10)?\s*|log(?:10)?\s*|p\s?)?"


@cache
def kind_pattern() -> re.Pattern[str]:
    """What finds a kind of result in a text: group `kind`, and `log` for `p`, `log` or `-log` before it."""
    spelled = {text for row in _table("kinds.tsv") for text in (row["kind"], *row["spellings"].split("|"))}
    some = "|".join(re.escape(text).replace(r"\ ", r"[\s_-]*") for text in sorted(spelled, key=len, reverse=True))
    return re.compile(rf"(?<![A-Za-z]){_LOG}\(?(?P<kind>{some})\)?(?![A-Za-z])", re.IGNORECASE)


@cache
def _kind_spellings() -> dict[str, str]:
    rows = _table("kinds.tsv")
    return {_bare(text): row["kind"] for row in rows for text in (row["kind"], *row["spellings"].split("|"))}


def _bare(text: str) -> str:
    return re.sub(r"[\s_-]+", "", text).lower()


def kind_of(found: re.Match[str]) -> tuple[Kind, str]:
    """The kind that `kind_pattern` has found, and the unit that a prefix gives it: "p", "log M" or "".

    Args:
        found: the match.
    """
    kind = kinds()[_kind_spellings()[_bare(found["kind"])]]
    log = _bare(found["log"] or "").replace("10", "")
    if not log or kind.scale != "molar":
        return kind, ""
    negative = log == "p" or found["log"].strip().startswith("-")
    return (Kind(f"p{kind.name}", "p"), "p") if negative else (Kind(kind.name, "log"), "log M")


def plain(text: str) -> str:
    """A heading or word for comparison: lower case, single blanks, no signs but those of words.

    Args:
        text: a heading or a cell.
    """
    return " ".join(re.sub(r"[^\w%/]+", " ", text.lower().replace("_", " ")).split())


@cache
def roles() -> dict[str, str]:
    """What a column is, by its heading as `plain` gives it."""
    return {plain(row["word"]): row["role"] for row in _table("roles.tsv")}


def is_property(text: str) -> bool:
    """Whether a heading names a number that goes with a molecule or a curve and is no result.

    Args:
        text: the heading, or what is left of it without unit and kind.
    """
    words = re.sub(r"(?<=\d) min\b", "", plain(text)).split()  # "remaining after 30 min" is no minimum
    runs = {" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, min(i + 3, len(words)) + 1)}
    return any(roles().get(run) == "property" for run in runs)


@cache
def qualifiers() -> tuple[tuple[re.Pattern[str], str], ...]:
    """What finds a qualifier in words at the beginning of a text, with its relation; the longest first."""
    found = [(word, row["relation"]) for row in _table("qualifiers.tsv") for word in row["words"].split("|")]
    ordered = sorted(found, key=lambda pair: len(pair[0]), reverse=True)
    return tuple(
        (re.compile(rf"{re.escape(word)}(?![a-zäöüß])[:\s]*", re.IGNORECASE), relation) for word, relation in ordered
    )


@cache
def _classes() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in _table("words.tsv"):
        found.setdefault(row["class"], set()).add(row["word"].lower())
    return {name: frozenset(words) for name, words in found.items()}


def is_word(text: str, *classes: str) -> bool:
    """Whether a cell is a word of one of the classes of `words.tsv`.

    Args:
        text: a cell.
        classes: "nothing" (not measured, or not back), "wordy" (a verdict without a number), "spoilt" (a measurement
            without result), "formula" (a spreadsheet's error or switch); of flags "qc failed", "qc passed", "qc doubt",
            "yes" and "no"; of remarks "remark failed"; of names "summary" (a row that sums up others).
    """
    low = " ".join(text.lower().split())
    if any(low in _classes()[name] for name in classes):
        return True
    short = _unpointed(low)
    return 1 < len(short) < 5 and any(short in _unpointed_classes()[name] for name in classes)


@cache
def _unpointed_classes() -> dict[str, frozenset[str]]:
    return {name: frozenset(map(_unpointed, words)) for name, words in _classes().items()}


def _unpointed(text: str) -> str:
    """An abbreviation without its points, blanks and strokes: `n.d.`, `n/d` and `N D` are one."""
    return re.sub(r"[.\s/_-]", "", text)
