"""Match the residues of a chain to meeko's templates by atom names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from molgrad.receptors.preparation.matching import raw_molecule
from molgrad.receptors.preparation.residue import Residue

if TYPE_CHECKING:
    from rdkit import Chem

ALANINE, GLYCINE = frozenset({"N", "CA", "C", "O", "CB"}), frozenset({"N", "CA", "C", "O"})
UNKNOWN = "X"  # gemmi's element for a column it cannot read; the name says it then
# Names of CHARMM, GROMACS and older PDB files, tried when the usual ones do not fit.
ATOM_SYNONYMS = {"O1P": "OP1", "O2P": "OP2", "C5M": "C7"}
ATOM_SYNONYMS |= dict.fromkeys(("OT1", "OC1", "O1", "O'"), "O")
ATOM_SYNONYMS |= dict.fromkeys(("OT2", "OC2", "O2", "OT", "O''"), "OXT")
# States without a template in meeko: the residue, the hydrogen that goes, and the atom that it leaves.
RARER = {"ARN": ("ARG", "HH22", "NH2"), "TYM": ("TYR", "HH", "OH")}


@dataclass(frozen=True)
class Fit:
    """A template and how well it explains a residue.

    Attributes:
        template: meeko's name of it; empty where meeko knows no such residue.
        mol: heavy atoms with the template's bonds; None unless every atom is there and none too many.
        missing: atoms of the template that the file does not have.
        extra: atoms of the file that no template has.
    """

    template: str
    mol: Chem.Mol | None
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.template:
            return "no template for a residue of this name"
        lacks = f"lacks {' '.join(self.missing)}" if self.missing else ""
        has = f"has unknown atoms {' '.join(self.extra)}" if self.extra else ""
        return ", ".join(words for words in (lacks, has) if words)


def fit(residue: Residue, templates: Any, state: str | None = None) -> Fit:
    """The template that explains the atoms of a residue by name and misses the fewest.

    Args:
        residue: with its standard name.
        templates: meeko's `ResidueChemTemplates`.
        state: only templates of this protonation state, inside a chain or at its ends.
    """
    names = templates.ambiguous.get(residue.name) or [residue.name]
    if state:
        names = [name for name in names if name in (state, f"N{state}", f"C{state}")] or [state]
    fits = [
        (len(found.extra), len(found.missing), index, found)
        for index, name in enumerate(names)
        if name in templates.residue_templates
        for found in _compared(residue, name, templates.residue_templates[name])
    ]
    return min(fits, key=lambda f: f[:3])[3] if fits else Fit("", None)


def _compared(residue: Residue, name: str, template: Any) -> Iterable[Fit]:
    if template.atom_names is None:
        return
    heavy = {
        template.atom_names[atom.GetIdx()]: atom.GetIdx() for atom in template.mol.GetAtoms() if atom.GetAtomicNum() > 1
    }
    for names in ([a.name for a in residue.atoms], [_synonym(a.name, heavy) for a in residue.atoms]):
        missing = tuple(sorted(heavy.keys() - set(names)))
        extra = tuple(sorted(set(names) - heavy.keys()))
        if missing or extra:
            yield Fit(name, None, missing, extra)
            continue
        elements = [template.mol.GetAtomWithIdx(heavy[name]).GetSymbol() for name in names]
        pairs = zip(residue.atoms, elements, strict=True)
        if wrong := tuple(f"{a.name} ({a.element})" for a, e in pairs if a.element not in (e, UNKNOWN)):
            yield Fit(name, None, (), wrong)
            continue
        order = {heavy[atom]: index for index, atom in enumerate(names)}
        bonds = [
            (order[b.GetBeginAtomIdx()], order[b.GetEndAtomIdx()], b.GetBondType())
            for b in template.mol.GetBonds()
            if b.GetBeginAtomIdx() in order and b.GetEndAtomIdx() in order
        ]
        known = replace(
            residue, atoms=tuple(replace(a, element=e) for a, e in zip(residue.atoms, elements, strict=True))
        )
        yield Fit(name, raw_molecule(known, bonds))


def _synonym(name: str, known: Mapping[str, int]) -> str:
    for other in (name.replace("*", "'"), ATOM_SYNONYMS.get(name, name), "CD1" if name == "CD" else name):
        if other in known:
            return other
    return name


def rarer(templates: Any) -> dict[str, dict[str, Any]]:
    """Templates that meeko lacks, neutral arginine and tyrosinate, made of its own by taking a proton away.

    Args:
        templates: meeko's `ResidueChemTemplates`.
    """
    made = {}
    for state, (parent, proton, heavy) in RARER.items():
        for end in ("", "N", "C"):
            made[f"{end}{state}"] = _deprotonated(templates.residue_templates[f"{end}{parent}"], proton, heavy)
    return made


def _deprotonated(template: Any, proton: str, heavy: str) -> dict[str, Any]:
    """An entry of meeko's table: a template without one hydrogen."""
    from rdkit import Chem

    mol, names = Chem.RWMol(template.mol), list(template.atom_names)
    gone, atom = names.index(proton), mol.GetAtomWithIdx(names.index(heavy))
    atom.SetFormalCharge(atom.GetFormalCharge() - 1)
    for index, name in enumerate(names):
        mol.GetAtomWithIdx(index).SetIntProp("place", index)
        mol.GetAtomWithIdx(index).SetProp("name", name)
    mol.RemoveAtom(gone)
    smiles = Chem.MolToSmiles(mol, allHsExplicit=True)
    order = list(mol.GetPropsAsDict(includePrivate=True, includeComputed=True)["_smilesAtomOutputOrder"])
    atoms = [mol.GetAtomWithIdx(index) for index in order]
    labels = {n: label for n, a in enumerate(atoms) if (label := template.link_labels.get(a.GetIntProp("place")))}
    return {"smiles": smiles, "atom_name": [a.GetProp("name") for a in atoms], "link_labels": labels}


def mirrored(residue: Residue) -> Residue:
    """Rename a D-amino acid to its L form, which has the same atoms and bonds; coordinates do not change."""
    import gemmi

    if gemmi.find_tabulated_residue(residue.name).kind != gemmi.ResidueKind.AAD:
        return residue
    return replace(residue, name=parent(residue) or residue.name)


def parent(residue: Residue) -> str | None:
    """The standard amino acid that a modified one derives from, e.g. CYS for CSO."""
    import gemmi

    info = gemmi.find_tabulated_residue(residue.name)
    code = info.one_letter_code
    if not info.is_amino_acid() or not code.strip():
        return None
    return gemmi.expand_one_letter(code.upper(), gemmi.ResidueKind.AA) or None


def _heavy_names(templates: Any, name: str) -> frozenset[str]:
    """Names of a standard residue's heavy atoms inside a chain."""
    template = templates.residue_templates[templates.ambiguous.get(name, [name])[0]]
    pairs = zip(template.atom_names, template.mol.GetAtoms(), strict=True)
    return frozenset(label for label, atom in pairs if atom.GetAtomicNum() > 1)


def cut_back(residue: Residue, templates: Any) -> tuple[Residue, Fit] | None:
    """The largest standard amino acid that the atoms present make up: itself or its parent, alanine, glycine."""
    standard = parent(residue)  # UNK for an amino acid of which no more is known
    known = standard is not None and (standard in templates.residue_templates or standard in templates.ambiguous)
    for name in [*([standard] if standard and known else []), "ALA", "GLY"]:
        wanted = {"ALA": ALANINE, "GLY": GLYCINE}.get(name) or _heavy_names(templates, name)
        # A C-terminal oxygen stays, so that the template of a chain's end is found.
        smaller = residue.only(wanted | {"OXT"}, name)
        found = fit(smaller, templates)
        if found.mol is not None:
            return smaller, found
    return None
