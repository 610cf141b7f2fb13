"""What the heading of a column says: its role, and the kind, unit and dose of its numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from molgrad.assays.lexicon import (
    is_property,
    kind_of,
    kind_pattern,
    kinds,
    known_units,
    plain,
    roles,
    unit_named,
    unit_pattern,
    units,
)
from molgrad.assays.numbers import NUMBER, NumberError, read_number, tidy

_DOSE = re.compile(rf"(?:@|\bat\b|\bbei\b|\bà\b|_|\s|\()\s*(?P<number>{NUMBER})\s*(?P<unit>[munp]?M|[unm]g/mL)\b")
_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_TRAILING = re.compile(r"(?:,|/|\bin\b|\s|\.|_|-)\s*([\w/%·.*^-]+(?: ?[Ll]\^?-1)?)$")
_REPLICATE = re.compile(
    r"\b(?:rep|repl|replicate|replikat|run|lauf|messung|mesure|essai|measurement|r|n|trial|det|determination|exp|expt)"
    r"\s*[#_.-]?\s*(\d{1,2})\b|#\s?(\d{1,2})\b|\b(?:rep|replicate|run)\s([a-f])$",
    re.IGNORECASE,
)
_LIKE_A_UNIT = re.compile(
    r"[fpnumk]?(?:mol|mole|g|M|L|Eq|IU|U)(?:\s*(?:/|·|\*|per\b|-1).*)?|ppm|ppt|a\.?u\.?|RFU|RLU|cpm|counts",
    re.IGNORECASE,
)
_EITHER = re.compile(r"\b(?:or|oder|ou)\b")
_KI = re.compile(r"\bK_(?=[iIdD](?![A-Za-z]))")
_GLUED = re.compile(r"(?<=[59]0)(?=[munpµμ]M\b)")  # "IC50nM"
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
        assay: the one that the user says it holds values of; "" where nothing was said.
        fault: why its numbers cannot be read; "" where they can.
    """

    title: str
    role: str = ""
    kind: str = ""
    unit: str = ""
    at: str = ""
    rest: str = ""
    replicate: int | None = None
    fault: str = ""
    assay: str = ""


def read_heading(title: str) -> Heading:
    """What a heading says.

    Args:
        title: as it stands in the table, such as `DHFR IC50 (nM)` or `% inh @ 10 µM`.
    """
    shown = " ".join(title.split())
    text = tidy(_GLUED.sub(" ", _KI.sub("K", title)).replace("_", " ").replace("\n", " "))
    exact = roles().get(plain(text), "")
    text, at = _dose(text)
    text, replicate = _replicate(text)
    text, unit = _unit(text)
    text, kind, kind_unit = _kind(text, unit)
    if kind and (number := re.fullmatch(r"[\s.]*(\d{1,2})\s*", text)):
        text, replicate = "", int(number[1])  # "IC50_2 (nM)"
    unit, fault = _settled(text, kind, kind_unit, unit)
    if unit and any(_EITHER.search(one[1]) for one in _BRACKETS.finditer(tidy(title))):
        fault = f"two units: give each a column, or say one with --map '{shown}={kind} ({unit})'"
    role, rest = (exact, "") if exact else _role(text, measured=bool(kind))
    if _EXPECTED.search(text) or (exact != "value" and role in ("", "value", "property") and is_property(text)):
        role, rest = "", plain(title)
    elif not role and (kind or unit or replicate is not None):
        role = "value"
    if role in ("interval", "low", "high") and unit == "%":
        unit = ""  # "95% CI"
    if not unit and kind in kinds():
        unit = {"percent": "%", "ratio": "ratio"}.get(kinds()[kind].scale, "")
    return Heading(shown, role, kind, unit, at, rest, replicate, fault)


def _settled(text: str, kind: str, kind_unit: str, unit: str) -> tuple[str, str]:
    """The unit of a heading whose kind may have its own, and why the two cannot be read."""
    if kind_unit == "p" or (kind_unit and unit in ("", "M", kind_unit)):
        return kind_unit, ""  # "log IC50 (M)" is the log of mol/L
    if kind_unit:
        return unit, f"a logarithm of {unit} is not read: give log M, or the value itself"
    if unit == "%" and kind in kinds() and kinds()[kind].scale == "molar":
        return "", ""  # "IC50 (nM or % inh)"
    strange = next((one[1] for one in _BRACKETS.finditer(text) if _LIKE_A_UNIT.fullmatch(one[1].strip())), "")
    return unit, f"the unit '{strange}' is not known: write one of {known_units()}" if strange and not unit else ""


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
    """The text without the number of a replicate, and the number: `Rep1`, `Run 2`, `IC50 #3`."""
    found = _REPLICATE.search(text)
    if found is None:
        return text, None
    number = found[1] or found[2] or str(ord((found[3] or "A").upper()) - ord("A") + 1)
    return (text[: found.start()] + " " + text[found.end() :]).strip(), int(number)


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
    if last and last[1] in ("nm", "um", "pm") and named and kind_pattern().search(text):
        return text[: last.start()].strip(" ,"), named.name
    if (
        last is None
        or named is None
        or named.dimension == "ratio"
        or (len(last[1]) < 3 and last[1] not in ("nM", "uM", "mM", "pM"))
    ):
        return text, ""
    return text[: last.start()].strip(" ,"), named.name


def _kind(text: str, unit: str) -> tuple[str, str, str]:
    """The text without the kind of result, the kind, and its prefix's unit; of several kinds the fitting."""
    every = [found for found in kind_pattern().finditer(text) if not (found[0].islower() and len(found[0]) <= 2)]
    if not every:
        return text, "", ""
    dimension = units()[unit].dimension if unit else ""
    fitting = [found for found in every if dimension and dimension in kind_of(found)[0].scale.split()]
    found = (fitting or every)[-1]
    kind, own = kind_of(found)
    return (text[: found.start()] + " " + text[found.end() :]).strip(), kind.name, own


def _role(text: str, *, measured: bool) -> tuple[str, str]:
    """The role that the words say, and the words that are left; an assay's name is no role where a kind is given."""
    if _PLUSMINUS.match(text) and not re.match(r"\S+\s*s\.?(?:d|e)", text, re.IGNORECASE):
        return "error", plain(_PLUSMINUS.sub("", text))
    if re.fullmatch(r"\s*[<>=~]+\s*", text):
        return "relation", ""
    words = plain(re.sub(r"\b95\s?%?(?=\s*ci)", "", text, flags=re.IGNORECASE)).split()
    found = [one for one in _candidates(words) if not (measured and one[0] == "assay")]
    found.sort(key=lambda one: one[0] == "assay")  # "date of test" is a date
    role, rest = found[0] if found else ("", " ".join(words))
    return role, "" if roles().get(rest) == "value" else rest


def _candidates(words: list[str]) -> list[tuple[str, str]]:
    """The roles that the first or last words say, each with the other words; the longest first."""
    known = roles()
    if (whole := " ".join(words)) in known:
        return [(known[whole], "")]
    found = []
    for size in range(min(5, len(words) - 1), 0, -1):
        for part, rest in ((words[-size:], words[:-size]), (words[:size], words[size:])):
            role = known.get(" ".join(part), "")
            if role in _SUFFIXED or (role == "value" and part[0] in _MEANS):
                found.append((role, " ".join(rest)))
    return found


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
