"""What the heading of a column says: its role, and the kind, unit and dose of its numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from molgrad.assays.lexicon import is_property, kind_of, kind_pattern, kinds, plain, roles, unit_named, unit_pattern
from molgrad.assays.numbers import NUMBER, NumberError, read_number, tidy

_DOSE = re.compile(rf"(?:@|\bat\b|\bbei\b|\bà\b|_|\s|\()\s*(?P<number>{NUMBER})\s*(?P<unit>[munp]?M|[unm]g/mL)\b")
_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_TRAILING = re.compile(r"(?:,|/|\bin\b|\s|\.|_|-)\s*([\w/%·.*^-]+(?: ?[Ll]\^?-1)?)$")
_REPLICATE = re.compile(
    r"\b(?:rep|repl|replicate|replikat|run|lauf|messung|mesure|essai|measurement|r|n|trial|det|determination|exp|expt|#)"
    r"\s*[#_.-]?\s*(\d{1,2})$|#\s?(\d{1,2})$",
    re.IGNORECASE,
)
_PLUSMINUS = re.compile(r"^(?:±|\+/-)\s*")
_MEANS = ("mean", "average", "avg", "geomean", "mittelwert", "moyenne", "median")
_EXPECTED = re.compile(
    r"\b(?:expected|predicted|prediction|pred|calculated|calc|erwartet|vorhergesagt|prédit)\b", re.IGNORECASE
)
_ROW_WIDE = ("qc", "plate", "date", "operator", "note", "assay", "at")
_SUFFIXED = ("relation", "unit", "sd", "sem", "error", "cv", "low", "high", "interval", "n", *_ROW_WIDE)


@dataclass(frozen=True, slots=True)
class Heading:
    """What is known of a column.

    Attributes:
        title: as written, on one line.
        role: "value", or what it says about one: a role of `roles.tsv`, "smiles", "name"; "" where it is none of these.
        kind: of its numbers.
        unit: of its numbers.
        at: the dose of its effects.
        rest: the words left over, such as a target's name; columns with the same belong together.
        replicate: its number among replicate columns; None where it is none.
    """

    title: str
    role: str = ""
    kind: str = ""
    unit: str = ""
    at: str = ""
    rest: str = ""
    replicate: int | None = None


def read_heading(title: str) -> Heading:
    """What a heading says.

    Args:
        title: as it stands in the table, such as `DHFR IC50 (nM)` or `% inh @ 10 µM`.
    """
    shown = " ".join(title.split())
    text = tidy(title.replace("_", " ").replace("\n", " "))
    exact = roles().get(plain(text), "")
    text, at = _dose(text)
    text, replicate = _replicate(text)
    text, unit = _unit(text)
    text, kind, kind_unit = _kind(text)
    if kind_unit and (not unit or unit in ("M", kind_unit)):
        unit = kind_unit  # "log IC50 (M)" is the log of mol/L
    role, rest = (exact, "") if exact else _role(text)
    if _EXPECTED.search(text) or (exact != "value" and role in ("", "value", "property") and is_property(text)):
        role, rest = "", plain(title)
    elif not role and (kind or unit or replicate is not None):
        role = "value"
    if role in ("interval", "low", "high") and unit == "%":
        unit = ""  # "95% CI"
    if not unit and kind in kinds():
        unit = {"percent": "%", "ratio": "ratio"}.get(kinds()[kind].scale, "")
    return Heading(shown, role, kind, unit, at, rest, replicate)


def _dose(text: str) -> tuple[str, str]:
    """The text without the dose of an effect, and the dose."""
    found = _DOSE.search(text)
    if found is None:
        return text, ""
    unit = unit_named(found["unit"])
    try:
        number = read_number(found["number"], "comma" if "," in found["number"] else "point")
    except NumberError:
        return text, ""
    left = text[: found.start()] + " " + text[found.end() :]
    return re.sub(r"\(\s*\)", " ", left).strip(" ,("), f"{number:g} {unit.name}" if unit else ""


def _replicate(text: str) -> tuple[str, int | None]:
    bare = _BRACKETS.sub("", text).strip()
    found = _REPLICATE.search(bare)
    if found is None:
        return text, None
    number = found[1] or found[2]
    left = bare[: found.start()] + " " + " ".join(part[0] for part in _BRACKETS.finditer(text))
    return left.strip(), int(number)


def _unit(text: str) -> tuple[str, str]:
    """The text without its unit, and the unit's name."""
    for found in _BRACKETS.finditer(text):
        inner = found[1].strip()
        named = unit_named(inner) or unit_named(re.sub(r"^.*(?:,|\bin\b)\s*", "", inner))
        if named is not None:
            return (text[: found.start()] + " " + text[found.end() :]).strip(), named.name
    percent = re.search(r"%|\b(?:percent|pct|prozent)\b", text, re.IGNORECASE)
    if percent:
        return text.replace(percent[0], " ").strip(), "%"
    last = _TRAILING.search(text)
    named = unit_named(last[1]) if last else None
    if (
        last is None
        or named is None
        or named.dimension == "ratio"
        or (len(last[1]) < 3 and last[1] not in ("nM", "uM", "mM", "pM"))
    ):
        return text, ""
    return text[: last.start()].strip(" ,"), named.name


def _kind(text: str) -> tuple[str, str, str]:
    """The text without the kind of result, the kind, and the unit that its prefix gives."""
    found = kind_pattern().search(text)
    if found is None:
        return text, "", ""
    if found["kind"].islower() and len(found["kind"]) <= 2:  # "si", "er" in the middle of words of other languages
        return text, "", ""
    kind, unit = kind_of(found)
    return (text[: found.start()] + " " + text[found.end() :]).strip(), kind.name, unit


def _role(text: str) -> tuple[str, str]:
    """The role that the words say, and the words that are left."""
    if _PLUSMINUS.match(text):
        return "error", plain(_PLUSMINUS.sub("", text))
    words = plain(text).split()
    if not words:
        return "", ""
    known = roles()
    if (whole := " ".join(words)) in known:
        return known[whole], ""
    for size in range(min(5, len(words) - 1), 0, -1):
        for part, rest in ((words[-size:], words[:-size]), (words[:size], words[size:])):
            role = known.get(" ".join(part), "")
            if role in _SUFFIXED or (role == "value" and part[0] in _MEANS):
                return role, " ".join(rest)
    return "", " ".join(words)


def asked_for(title: str, meaning: str) -> Heading | None:
    """The heading of a column for which the user says what it is; None where the meaning is not known.

    Args:
        title: the column's.
        meaning: a role ("value", "n", "note", "ignore"), or a heading to read in place of its own ("IC50 (nM)",
            "value nM", "value IC50 uM").
    """
    own, word = read_heading(title), plain(meaning)
    shown = own.title
    if word in ("ignore", "skip", "none", "no"):
        return Heading(shown, "ignored")
    if word in ("smiles", "name", "id"):
        return Heading(shown, "name" if word == "id" else word)
    if word in set(roles().values()):
        return replace(own, role=word)
    words = re.sub(r"^\s*value\b[\s:,]*", "", meaning, flags=re.IGNORECASE)
    told, unit = read_heading(words), unit_named(tidy(words))
    if unit is not None:
        return replace(own, role="value", unit=unit.name)
    if not told.role:
        return None
    return replace(told, title=shown, unit=told.unit or (own.unit if told.role == "value" else ""))


def is_units_row(cells: list[str]) -> bool:
    """Whether a row holds nothing but units, as some tables have below their heading.

    Args:
        cells: of the row.
    """
    filled = [tidy(cell).strip("()[] ") for cell in cells if cell.strip()]
    return bool(filled) and all(unit_named(cell) or unit_pattern().fullmatch(cell) for cell in filled)
