"""A scripted chemist that knows of a search only what a prompt shows it: for benchmarks/model.py.

It takes the best of the molecules that it is asked about, puts common groups (some of them unfit) in place of hydrogens
and of one another, and ranks by the QED that it computes and the room that it is told of. What it is told of limits,
kept atoms and earlier proposals it obeys; what it is not told it runs into. It reads the prompts of today and those of
commit f84ed08, and answers in the form that each asks for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from zlib import crc32

from rdkit import Chem, rdBase
from rdkit.Chem import QED
from rdkit.Contrib.SA_Score import sascorer

# Those with a name are of a kind that prompts may name among what is not wanted.
GROUPS = {
    "C": "", "F": "", "Cl": "", "OC": "", "O": "", "N": "", "C#N": "", "C(F)(F)F": "", "C1CC1": "", "N(C)C": "",
    "C(N)=O": "", "OC(F)F": "", "S(C)(=O)=O": "", "CC": "", "NC(C)=O": "", "c1ccncc1": "", "N1CCOCC1": "", "CO": "",
    "C=O": "aldehyde", "NN": "hydrazine", "C(=O)Cl": "acyl halide", "I": "alkyl iodide", "S": "thiol",
    "N=[N+]=[N-]": "azide",
}  # fmt: skip
SECTION = re.compile(r"<smiles(?:_(?P<name>\w+))?>\n(?P<smiles>\S+)\n</smiles")
ROOM = re.compile(r"growth vector at \w+ at atom (\d+): [^;\n]*?worth (-\d+\.\d+)")
CROWDED = re.compile(r"no room for a carbon at atoms ([\d, ]+)")
KEPT = re.compile(r"stay, with their hydrogens: ([\d, ]+)")
WORDS = re.compile(r"[A-Za-z0-9@+\-\[\]()=#/\\%.]+")
WANTED = re.compile(r"propose (\d+) improved")


@lru_cache(maxsize=100_000)
def canonical(smiles: str) -> str:
    """The canonical SMILES; empty for what is none."""
    with rdBase.BlockLogs():  # most words of a prompt are none
        mol = Chem.MolFromSmiles(smiles.rstrip(".,;")) if len(smiles) > 4 else None
    return Chem.MolToSmiles(mol) if mol is not None else ""


@lru_cache(maxsize=100_000)
def worth(smiles: str) -> float:
    """What a chemist guesses of the total without docking: drug-likeness, and a little for size."""
    mol = Chem.MolFromSmiles(smiles)
    return 10.0 * (1.0 - QED.qed(mol)) - 0.1 * mol.GetNumHeavyAtoms()


def changes(smiles: str) -> Iterator[tuple[str, int, str]]:
    """Molecules with a group in place of a hydrogen or of a small group: SMILES, the atom, the group."""
    mol = Chem.MolFromSmiles(smiles)
    for atom in mol.GetAtoms():
        if atom.GetTotalNumHs():
            yield from _joined(mol, atom.GetIdx(), None)
        for other in atom.GetNeighbors():
            if other.GetDegree() == 1 and atom.GetIsAromatic() and not other.GetIsAromatic():
                yield from _joined(mol, atom.GetIdx(), other.GetIdx())


def _joined(mol: Chem.Mol, at: int, gone: int | None) -> Iterator[tuple[str, int, str]]:
    for group in GROUPS:
        part = Chem.MolFromSmiles(group)
        made = Chem.RWMol(Chem.CombineMols(mol, part))
        made.AddBond(at, mol.GetNumAtoms(), Chem.BondType.SINGLE)
        if gone is not None:
            made.RemoveAtom(gone)
        try:
            with rdBase.BlockLogs():
                Chem.SanitizeMol(made)
        except ValueError:
            continue
        yield Chem.MolToSmiles(made), gone if gone is not None else at, group


def about(prompt: str, name: str | None, word: re.Pattern[str]) -> list[str]:
    """What a pattern finds in the sections of one molecule; in all of a prompt that is about one alone."""
    if name is None:
        return [one if isinstance(one, str) else " ".join(one) for one in word.findall(prompt)]
    own = re.findall(rf"<(\w+)_{name}>\n(.*?)\n</\1_{name}>", prompt, re.DOTALL)
    return [one if isinstance(one, str) else " ".join(one) for _, text in own for one in word.findall(text)]


def allowed(smiles: str, prompt: str, group: str) -> bool:
    """Whether a molecule keeps within the limits that the prompt tells."""
    mol = Chem.MolFromSmiles(smiles)
    centres = Chem.FindMolChiralCenters(mol, includeUnassigned=True, useLegacyImplementation=False)
    if "stereocentre" in prompt and "?" in [label for _, label in centres]:
        return False
    found = re.search(r"From (\d+) to (\d+) heavy atoms", prompt)
    if found and not int(found[1]) <= mol.GetNumHeavyAtoms() <= int(found[2]):
        return False
    if (found := re.search(r"SMARTS (\S+)\.\n", prompt)) and not mol.HasSubstructMatch(Chem.MolFromSmarts(found[1])):
        return False
    if (found := re.search(r"SA score of at most (\d+)", prompt)) and sascorer.calculateScore(mol) > float(found[1]):
        return False
    if (found := re.search(r"besides at most (\d+) substituents", prompt)) and crowd(mol) > int(found[1]):
        return False
    return not (GROUPS[group] and GROUPS[group] in prompt)


def crowd(mol: Chem.Mol) -> int:
    """The most substituents on a benzene ring to which a saturated ring is fused, the fused one not counted."""
    rings = [set(ring) for ring in mol.GetRingInfo().AtomRings()]
    most = 0
    for ring in (one for one in rings if len(one) == 6 and all(mol.GetAtomWithIdx(i).GetIsAromatic() for i in one)):
        if any(len(ring & other) == 2 and sum(_sp3(mol, i) for i in other) > 1 for other in rings):
            most = max(most, sum(mol.GetAtomWithIdx(i).GetDegree() > 2 for i in ring) - 2)
    return most


def _sp3(mol: Chem.Mol, place: int) -> bool:
    atom = mol.GetAtomWithIdx(place)
    return bool(atom.GetSymbol() == "C" and atom.GetHybridization() == Chem.HybridizationType.SP3)


def ideas(prompt: str) -> Iterator[tuple[float, str, str, str]]:
    """Every change of every molecule asked about: expected change of the total, SMILES, parent's name, group."""
    known = {canonical(word) for word in WORDS.findall(prompt)}
    for section in SECTION.finditer(prompt):
        name, parent = section["name"], section["smiles"]
        room = dict(one.split() for one in about(prompt, name, ROOM))
        crowded = {one.strip() for text in about(prompt, name, CROWDED) for one in text.split(",")}
        kept = {one.strip() for text in about(prompt, name, KEPT) for one in text.split(",")}
        for smiles, atom, group in changes(parent):
            if str(atom) in kept or smiles in known or not allowed(smiles, prompt, group):
                continue
            change = worth(smiles) - worth(parent) + float(room.get(str(atom), 0)) + (str(atom) in crowded)
            yield change + crc32(smiles.encode()) % 100 / 200, smiles, name or "", group


def answer(prompt: str) -> str:
    """What the chemist answers, in the form that the prompt asks for."""
    n = int(found[1]) if (found := WANTED.search(prompt)) else 5
    chosen: dict[str, tuple[float, str]] = {}
    for change, smiles, name, _ in sorted(ideas(prompt)):
        if len(chosen) < n:
            chosen.setdefault(smiles, (change, name))
    if '"hypothesis"' not in prompt:  # the form of commit f84ed08
        whole = [{"smiles": smiles, "reason": "as computed"} for smiles in chosen]
        return json.dumps({"critique": "Drug-likeness and room.", "edits": [], "smiles": whole})
    ranked = [
        {"rank": place, "parent": name, "smiles": smiles, "edit": "", "atoms": [], "group": "",
         "hypothesis": "as computed", "expected": round(min(change, 0.5), 2)}
        for place, (smiles, (change, name)) in enumerate(chosen.items(), 1)
    ]  # fmt: skip
    critiques = [{"parent": s["name"] or "", "critique": "Drug-likeness and room."} for s in SECTION.finditer(prompt)]
    said = {"critiques": critiques} if '"critiques"' in prompt else {"critique": "Drug-likeness and room."}
    return json.dumps({**said, "proposals": ranked})
