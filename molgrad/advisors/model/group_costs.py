"""What common groups add to a molecule, as QED counts it: a table by RDKit, the same in every prompt."""

from __future__ import annotations

from functools import cache

from molgrad.chem.descriptors import QED_IDEAL, qed_properties
from molgrad.chem.grafting import GROUPS

# The groups that medicinal chemists put on most, by the names that an edit takes.
_SHOWN = (
    "fluoro", "chloro", "methyl", "cyclopropyl", "trifluoromethyl", "cyano", "hydroxy", "methoxy", "amino",
    "dimethylamino", "carboxamide", "methylsulfonyl", "morpholino", "phenyl", "pyridin 3 yl",
)  # fmt: skip
_IDEALS = dict(MW="weight", ALOGP="logP", HBA="acceptors", HBD="donors", PSA="polar surface", ROTB="rotatable bonds")
_IDEALS |= dict(AROM="aromatic rings")
_MARKS = {"HBA": "A", "HBD": "D", "ROTB": "R"}
_BARE = "c1ccccc1"


@cache
def costs() -> str:
    """QED's ideals, and what each group adds where it takes the place of a hydrogen of benzene."""
    ideals = ", ".join(f"{short} {QED_IDEAL[name]:.3g}" for name, short in _IDEALS.items())
    groups = "; ".join(f"{name} {_added(name)}" for name in _SHOWN)
    legend = (
        "A group in place of a hydrogen adds weight (g/mol), logP, acceptors (A), donors (D), rotatable bonds (R): "
    )
    return f"QED's ideals: {ideals}.\n{legend}{groups}."


def _added(name: str) -> str:
    found, before = qed_properties(f"c9ccccc9{GROUPS[name]}"), qed_properties(_BARE)
    change = {key: found[key][0] - before[key][0] for key in _IDEALS}
    marks = [
        f"{round(change[key]) if change[key] > 1 else ''}{mark}" for key, mark in _MARKS.items() if change[key] > 0
    ]
    return " ".join([f"{change['MW']:.0f}", f"{change['ALOGP']:+.1f}", *marks])
