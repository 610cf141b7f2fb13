"""The words of a gradient as a short list: what costs, what to keep, what to try, each with the atoms it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from molgrad.autograd.gradient import Edit, Gradient
from molgrad.chem.matched_pair import change
from molgrad.errors import one_line, shorten
from molgrad.report.notebook.parts import WIDTH, arrows, folded, lines, said, text_block
from molgrad.report.pictures.colours import CHANGE_TEXT, GREY, KEEP

COSTS, KEPT, TRY, PLAIN = "costs", "keep", "try", ""
_SHARE = {COSTS: 3, PLAIN: 6, KEPT: 1, TRY: 2}  # of the six items that are shown; what one lacks the others take
_HEADS = (("Keep:", KEPT), ("Try:", TRY))
_ATOMS = re.compile(r"\batoms? ((?:\d+(?:\s*-\s*\d+)?(?:, | and )?)+)")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z(])")
_TERM = re.compile(r"([\w.]+) [+-]\d")  # of a headline, `Total -5.03 = docking -8.03, qed +2.65`
_COLOURS = {COSTS: CHANGE_TEXT, KEPT: KEEP, TRY: GREY, PLAIN: GREY}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a gradient.

    Attributes:
        kind: "costs" (a term), "keep", "try" or "" for other words.
        text: its words, on one line.
        atoms: that it is about, marked in the picture.
        named: that the words name, numbered in the picture.
    """

    kind: str
    text: str
    atoms: tuple[int, ...] = ()
    named: tuple[int, ...] = ()

    @property
    def html(self) -> str:
        """As an item of a list."""
        label, text = self._parts
        head = f'<span style="color:{_COLOURS[self.kind]};font-weight:bold">{said(label)}</span> ' if label else ""
        return head + said(text, WIDTH - len(label) - 1)

    @property
    def plain(self) -> str:
        """As a line of text."""
        return shorten(" ".join(("-", *filter(None, self._parts))), WIDTH)

    @property
    def _parts(self) -> tuple[str, str]:
        """A label, and the rest; what costs is labelled by the term."""
        if self.kind == COSTS:
            term, _, rest = self.text.partition(": ")
            return term, rest
        return self.kind, self.text


def items_of(gradients: Iterable[Gradient], smiles: str = "") -> list[Item]:
    """What gradients say, line by line, the most important first; headlines with totals are left out.

    Args:
        gradients: of one variable.
        smiles: the molecule that they are about, if it is one: an idea is about the atoms that it exchanges.
    """
    found = dict[str, Item]()
    for gradient in gradients:
        for item in _items(gradient, smiles):
            found.setdefault(item.text, item)
    return _mixed(list(found.values()))


def headline(gradients: Sequence[Gradient]) -> str:
    """The line with the total, where a gradient begins with one.

    Args:
        gradients: of one variable.
    """
    first = (gradient.text.partition("\n")[0] for gradient in gradients)
    return next((one_line(line) for line in first if _is_headline(line)), "")


def words(gradients: Sequence[Gradient], items: Sequence[Item]) -> str:
    """The list, and folded away all words as they stand.

    Args:
        gradients: of one variable.
        items: from `items_of`.
    """
    whole = "\n\n".join(gradient.text for gradient in gradients)
    short = len(items) <= 1 and len(whole) <= WIDTH
    return lines([item.html for item in items]) + (
        "" if short else folded("every word", text_block(arrows(whole), 20_000))
    )


def atoms_named(text: str) -> tuple[int, ...]:
    """The atoms that a text names, as in `atom 7`, `atoms 1, 2 and 5` or `atoms 6-13`.

    Args:
        text: the words.
    """
    found: dict[int, None] = {}
    for match in _ATOMS.finditer(text):
        for part in re.findall(r"\d+(?:\s*-\s*\d+)?", match[1]):
            first, _, last = part.replace(" ", "").partition("-")
            found |= dict.fromkeys(range(int(first), min(int(last or first), int(first) + 500) + 1))
    return tuple(found)


def _items(gradient: Gradient, smiles: str) -> Iterator[Item]:
    terms = _TERM.findall(headline([gradient]))
    terms += [] if gradient.evaluation is None else [term.loss for term in gradient.evaluation.all_terms()]
    edits = {one_line(edit.reason): edit for edit in reversed(gradient.edits) if edit.reason}
    for line in _lines(gradient.text):
        kind, text = next(
            ((kind, line[len(head) :].strip()) for head, kind in _HEADS if line.startswith(head)), ("", "")
        )
        if kind == KEPT:
            yield from (_located(KEPT, part) for part in text.split("; "))
        elif kind == TRY:
            edit = next((one for reason, one in edits.items() if text.startswith(reason)), None)
            yield Item(TRY, _tried(text, edit), _touched(edit, smiles))
        else:
            kind = COSTS if any(line.startswith(f"{term}: ") for term in terms) else PLAIN
            yield _located(kind, line)


def _lines(text: str) -> Iterator[str]:
    """Lines without their bullets; a long one in sentences."""
    for line in text.splitlines():
        clean = one_line(line).lstrip("-*• ").strip()
        if not clean or _is_headline(clean):
            continue
        yield from [clean] if len(clean) <= WIDTH or clean.startswith(("Keep:", "Try:")) else _SENTENCE.split(clean)


def _is_headline(line: str) -> bool:
    return re.match(r"Total -?\d", line) is not None


def _tried(text: str, edit: Edit | None) -> str:
    """An idea with what is expected of it, without the fact that it answers, which is an item itself."""
    if edit is None:
        return text
    idea = one_line(edit.reason).partition("; answers:")[0]
    largest = sorted(edit.expected.items(), key=lambda pair: -abs(pair[1]))[:2]
    gains = ", ".join(f"{term} {delta:+.2f}" for term, delta in largest)
    return f"{idea} ({gains})" if gains else idea


def _located(kind: str, line: str) -> Item:
    """A line, without the groups in brackets at its end: the picture has them."""
    short = line.partition(" [")[0]
    return Item(kind, short, atoms_named(line), atoms_named(short))


def _touched(edit: Edit | None, smiles: str) -> tuple[int, ...]:
    """The atoms that an idea exchanges, or to which it adds."""
    if edit is None:
        return ()
    if smiles and isinstance(made := edit.payload.get("smiles"), str):
        found = change(smiles, made)
        return tuple(sorted(found.lost or {end for place in found.where for end in place.ends}))
    return tuple(atom for atom in edit.payload.get("atoms", ()) if isinstance(atom, int))


def _mixed(items: list[Item]) -> list[Item]:
    """The first of each kind, then the rest, so that the shown part of the list has all kinds."""
    first: list[Item] = []
    for kind, share in _SHARE.items():
        first += [item for item in items if item.kind == kind][:share]
    return [*first, *(item for item in items if item not in first)]


def plain_lines(items: Sequence[Item], most: int = 6) -> list[str]:
    """The items for a terminal.

    Args:
        items: from `items_of`.
        most: how many.
    """
    shown = [item.plain for item in items[:most]]
    return [*shown, f"  ({len(items) - most} more)"] if len(items) > most else shown
