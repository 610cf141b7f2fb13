"""Poses that a docking program of others wrote, with their scores, as poses of the ligand that it was given."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from rdkit import Chem, rdBase

from molgrad.chem.skeleton import skeleton
from molgrad.docking.ligand import Ligand, read_poses

T = TypeVar("T")


def poses_of(ligand: Ligand, out: Path, kind: str, score: str, wanted: int) -> list[tuple[float, Chem.Mol]]:
    """(score, pose) of the best poses of a file; kcal/mol, lowest first.

    Args:
        ligand: that was docked.
        out: the file.
        kind: its format, `pdbqt` or `sdf`.
        score: where a pose's score stands; see `Program.score`.
        wanted: poses, at most.

    Raises:
        ValueError: a pose without a score, with one that is no number, or of another molecule.
        KeyError: an atom that the ligand has not.
        RuntimeError: RDKit cannot read it.
    """
    if kind == "sdf":
        return [(value, _onto(ligand, mol)) for value, mol in _best(_from_sdf(out, score), wanted)]
    models = _from_pdbqt(out.read_text(encoding="utf-8", errors="replace"), score)
    return [(value, pose) for value, model in _best(models, wanted) for pose in read_poses(ligand, f"MODEL\n{model}")]


def _best(scored: Sequence[tuple[float, T]], wanted: int) -> list[tuple[float, T]]:
    """The best of what a program wrote; a score that is no number is none."""
    if wrong := [score for score, _ in scored if not math.isfinite(score)]:
        raise ValueError(f"a pose with the score {wrong[0]}")
    return sorted(scored, key=lambda one: one[0])[:wanted]


def _from_pdbqt(text: str, score: str) -> list[tuple[float, str]]:
    models = re.split(r"^MODEL\b.*$", text, flags=re.MULTILINE)
    models = [model for model in models if re.search(r"^(ATOM|HETATM)", model, re.MULTILINE)]
    found = []
    for model in models:
        line = re.search(score, model)
        if line is None:
            raise ValueError(f"a pose without a score: nothing matches {score!r}")
        found.append((float(line[1]), model))
    return found


def _from_sdf(path: Path, tag: str) -> list[tuple[float, Chem.Mol]]:
    with rdBase.BlockLogs():
        written = list(Chem.SDMolSupplier(str(path), sanitize=False, removeHs=False))
    if any(mol is None or not mol.HasProp(tag) for mol in written):
        raise ValueError(f"a pose without data field {tag!r}")
    return [(float(mol.GetProp(tag)), mol) for mol in written]


def _onto(ligand: Ligand, written: Chem.Mol) -> Chem.Mol:
    """The ligand where the written pose has its heavy atoms, in whatever order; hydrogens are placed anew."""
    pose, places = Chem.RemoveAllHs(ligand.mol), written.GetConformer().GetPositions()
    order = skeleton(written).GetSubstructMatch(skeleton(pose))
    heavy = [atom.GetIdx() for atom in written.GetAtoms() if atom.GetAtomicNum() > 1]
    if len(order) != pose.GetNumAtoms() or len(heavy) != pose.GetNumAtoms():
        raise ValueError("a pose of another molecule")
    if [written.GetAtomWithIdx(i).GetAtomicNum() for i in heavy] == [a.GetAtomicNum() for a in pose.GetAtoms()]:
        same = [(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in pose.GetBonds()]
        if all(written.GetBondBetweenAtoms(heavy[i], heavy[j]) for i, j in same):
            order = tuple(heavy)  # kept as it was, which a symmetric match need not be
    for atom, place in enumerate(order):
        pose.GetConformer().SetAtomPosition(atom, places[place].tolist())
    return Chem.AddHs(pose, addCoords=True)
