"""What a person may order in plain words: which atoms the chemist leaves alone."""

from __future__ import annotations

import re

from molgrad.chem.parse import read

_RANGE = r"#?\d+(?:\s*(?:-|–|to|through)\s*#?\d+)?"  # noqa: RUF001 - people type the dash that their keyboard makes
_AND = r"(?:\s*(?:[,&/]|\band\b|\bor\b))+\s*(?:atoms?\s+)?"
# The numbers must follow at once: the chemist's own "Keep: N at atom 10 pairs with GLU 32" is a remark, no order.
_KEEP = re.compile(
    r"(?P<no>(?:\b(?:not|never|cannot)|n['’]t)\s+(?:\w+\s+)?)?(?<!\w)keep\s+"  # noqa: RUF001 - as above
    rf"(?:(?:the|both|all)\s+)*atoms?[\s:(\[]*(?P<atoms>{_RANGE}(?:{_AND}{_RANGE})*)",
    re.IGNORECASE,
)


def kept_atoms(text: str, smiles: str) -> frozenset[int]:
    """The atoms of the molecule that "keep atom 3" or "keep atoms 3, 5-7 and 9" in the text name.

    Numbers beyond the molecule's are passed over, and so is "do not keep atom 3".

    Args:
        text: written by a person.
        smiles: the molecule that the numbers count along.
    """
    count = read(smiles).mol.GetNumAtoms()
    found: set[int] = set()
    for order in _KEEP.finditer(text):
        if not order["no"]:
            for first, last in re.findall(r"(\d{1,6})(?:\D*?(?:-|–|to|through)\s*#?(\d{1,6}))?", order["atoms"]):  # noqa: RUF001
                low, high = sorted((int(first), int(last or first)))
                found.update(range(low, min(high, count) + 1))
    return frozenset(i for i in found if i < count)
