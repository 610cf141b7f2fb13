"""The receptor's folder: the PDBQT, its box, the native ligand and a README of how it was made."""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
import shutil
import tempfile
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from molgrad import __version__
from molgrad.disk_cache import fingerprint
from molgrad.errors import ReceptorError
from molgrad.receptors.preparation.recipe import Recipe
from molgrad.receptors.preparation.report import Report
from molgrad.receptors.receptor import BOX, LIGAND, PDBQT, Box, Receptor, known_folder, load_receptor, user_folder

if TYPE_CHECKING:
    from rdkit import Chem

WRITTEN = frozenset({PDBQT, BOX, LIGAND, "README.md"})
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
TOOLS = ("gemmi", "meeko", "rdkit")


def default_name(protein: Path) -> str:
    """The protein file's name without its endings."""
    return protein.name.split(".")[0]


def made_by(folder: Path) -> tuple[str, str] | None:
    """The hashes of the recipe and software that made a folder; None if `prepare` did not make it as it is now."""
    try:
        data = tomllib.loads((folder / BOX).read_text(encoding="utf-8"))
        unchanged = hashlib.sha256((folder / PDBQT).read_bytes()).hexdigest() == data.get("pdbqt_sha256")
    except (OSError, ValueError):
        return None
    return (str(data.get("recipe_sha256")), str(data.get("software_sha256"))) if unchanged else None


@cache
def software() -> str:
    """A hash of the code and packages that prepare receptors."""
    package = Path(__file__).parent
    modules = [f"receptors/preparation/{file.stem}" for file in sorted(package.glob("*.py"))]
    tables = ("cofactors", "residue_names", "rotamers", "side_chains")
    modules += [f"chem/tables/{name}.tsv" for name in tables]
    return fingerprint((*TOOLS, "numpy", "scipy"), modules)


def place_for(name: str, out: Path | None, *, force: bool) -> Path:
    """The folder to write; checked first, so that no work is lost.

    Args:
        name: of the receptor.
        out: the folder to write; None for one of this name under the user's receptors.
        force: a receptor that is there may be replaced.

    Raises:
        ReceptorError: a name that is no name or is taken, a folder that holds something else.
    """
    if out is None and not NAME.fullmatch(name):
        raise ReceptorError(f"{name!r} is no name for a receptor; letters, digits, '.', '_' and '-' make one")
    folder = out.resolve() if out is not None else user_folder() / name
    if out is None:
        home = known_folder(name)
        if home is not None and home.resolve().parent != user_folder().resolve():
            raise ReceptorError(f"{name} is a receptor that came with molgrad or DOCKSTRING; choose another --name")
        folder = home or folder  # the same name in other letters is the same receptor
    if folder.exists() and not folder.is_dir():
        raise ReceptorError(f"{folder} is a file; give a folder")
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / PDBQT).is_file():
            raise ReceptorError(f"{folder} holds other things; give a new folder")
        if not force:
            raise ReceptorError(f"there is a receptor {folder.name} already; choose another name, or use --force")
        foreign = sorted(file.name for file in folder.iterdir() if file.name not in WRITTEN)
        if foreign:
            raise ReceptorError(
                f"{folder} also holds {', '.join(foreign[:3])}, which --force would delete; move it away"
            )
    return folder


def write_receptor(
    folder: Path, pdbqt: str, box: Box, origin: str, native: Chem.Mol | None, recipe: Recipe, report: Report
) -> Receptor:
    """Write a receptor's folder: under a temporary name, and moved into place once `load_receptor` accepts it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        fresh.chmod(0o755)
        (fresh / PDBQT).write_text(pdbqt, encoding="utf-8")
        write_box(fresh / BOX, box, origin, pdbqt, recipe.sha256())
        if native is not None:
            from rdkit import Chem

            with Chem.SDWriter(str(fresh / LIGAND)) as writer:
                writer.write(native)
        (fresh / "README.md").write_text(_readme(folder.name, origin, recipe, report), encoding="utf-8")
        load_receptor(fresh)
        if folder.is_dir():
            old = folder.with_name(f"{fresh.name}.old")  # kept until the new one stands
            folder.rename(old)
            fresh.rename(folder)
            shutil.rmtree(old)
        else:
            fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return load_receptor(folder)


def write_box(path: Path, box: Box, origin: str, pdbqt: str, recipe_sha256: str | None = None) -> None:
    """`box.toml`: where to search, where it comes from, and which PDBQT it belongs to."""
    lines = [
        "# Å",
        f"center = [{', '.join(f'{x:.3f}' for x in box.center)}]",
        f"size = [{', '.join(f'{x:.3f}' for x in box.size)}]",
        f"origin = {_quoted(origin)}",
        f'pdbqt_sha256 = "{hashlib.sha256(pdbqt.encode(errors="surrogateescape")).hexdigest()}"',
    ]
    if recipe_sha256:
        lines += [f'recipe_sha256 = "{recipe_sha256}"', f'software_sha256 = "{software()}"']
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else " " for c in escaped) + '"'


def _readme(name: str, origin: str, recipe: Recipe, report: Report) -> str:
    versions = ", ".join(f"{tool} {importlib.metadata.version(tool)}" for tool in TOOLS)
    source = hashlib.sha256(recipe.protein.read_bytes()).hexdigest()
    lines = "\n".join(f"- {line}" for line in report.lines())
    return (
        f"# {name}\n\n{origin}\n\n## What was done\n\n{lines}\n\n## How to make it again\n\n"
        f"    molgrad receptor prepare {recipe.options()} --name {name}\n\n"
        f"- {recipe.protein.name}: sha256 {source}\n"
        f"- molgrad {__version__}, {versions}\n"
        f"- `molgrad receptor redock {name}` redocks the native ligand.\n"
    )
