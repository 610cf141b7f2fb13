"""Short stretches of crystal chains, rewritten as other programs write them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from molgrad.receptors.preparation import Preparation, Recipe, build_receptor
from tests.receptors.structures import crystal, pdbqt, place

STRETCH = {"HIS": 129, "ASP": 38, "GLU": 32, "LYS": 31, "ARG": 34, "TYR": 35}  # in chain B of 1ia1


def stretch(middle: int, reach: int = 2) -> list[str]:
    """The ATOM lines of chain B of 1ia1 from `reach` residues before one to `reach` after it."""
    lines = crystal("1ia1")[0].read_text().splitlines()
    wanted = range(middle - reach, middle + reach + 1)
    return [line for line in lines if line.startswith("ATOM") and line[21] == "B" and int(line[22:26]) in wanted]


def renamed(lines: Sequence[str], number: int, name: str) -> list[str]:
    """One residue under another name; a fourth letter stands in column 21."""
    return [f"{line[:17]}{name:<4s}{line[21:]}" if int(line[22:26]) == number else line for line in lines]


def numbered(line: str) -> int:
    return int(line[22:26])


def hydrogen(line: str, name: str, number: int = 1) -> str:
    """A hydrogen 1 Å from the atom of a line."""
    x, y, z = place(line)
    padded = f"{name:<4s}" if len(name) == 4 else f" {name:<3s}"
    return f"{line[:12]}{padded}{line[16:30]}{x + 0.6:8.3f}{y + 0.2 * number:8.3f}{z + 0.7:8.3f}{line[54:76]} H"


def with_hydrogens(lines: Sequence[str], number: int, on: dict[str, Sequence[str]]) -> list[str]:
    """Hydrogens behind atoms of one residue: `{"ND1": ["HD1"]}`."""
    rows = []
    for line in lines:
        rows.append(line)
        if numbered(line) == number:
            rows += [hydrogen(line, name, n) for n, name in enumerate(on.get(line[12:16].strip(), ()))]
    return rows


def prepared(
    folder: Path,
    lines: Sequence[str],
    number: int,
    *,
    name: str = "p.pdb",
    change: Callable[[str], str] = str,
    **choices: Any,
) -> Preparation:
    """Prepare these lines about the CA of one residue.

    Args:
        folder: where files go.
        lines: of a PDB file.
        number: of the residue in the middle of the box.
        name: of the file.
        change: applied to the text of the file.
        choices: of the recipe.
    """
    middle = next(place(line) for line in lines if line[12:16] == " CA " and line[22:26].strip() == str(number))
    text = change("\n".join([*lines, "END", ""]))
    path = folder / name
    path.write_bytes(text.encode("latin-1"))
    recipe = Recipe(path, **{"center": middle, "size": (12.0, 12.0, 12.0), **choices})
    return build_receptor(recipe, out=folder / "made", force=True)


def polar(made: Preparation, number: int) -> set[str]:
    """Names of the polar hydrogens that one residue was given, without those of the backbone."""
    rows = [line for line in pdbqt(made) if line[22:26].strip() == str(number) and line[77:].strip() == "HD"]
    return {line[12:16].strip() for line in rows} - {"H", "H1", "H2", "H3"}
