"""What a preset of the validator asks, said beforehand to those who propose."""

from __future__ import annotations

from molgrad.chem.commonness import CROWD, SMALL
from molgrad.chem.rings import MACROCYCLE
from molgrad.validation import composition, structure

# Of the table of unwanted groups those that medicinal chemists propose; all 122 would take a third of a prompt.
GROUPS = (
    "acyl halide", "anhydride", "aldehyde", "beta-lactone", "thioester", "thiocarbonyl", "thiol",
    "disulfide or polysulfide", "alkyl iodide or bromide", "primary alkyl chloride",
    "epoxide, aziridine or thiirane", "activated 2-halopyrimidine", "activated 4-halopyrimidine",
    "unsubstituted vinyl acceptor", "open-chain enone", "azide", "aliphatic azo", "hydrazine",
    "hydroxylamine or alkoxyamine", "open-chain acetal", "aminal", "hemiaminal", "N,O-acetal", "imine", "enamine",
    "enol ether", "aryl carbamate with N-H", "acyl- or arylhydrazone",
)  # fmt: skip
# The same of the catalogue BRENK, by RDKit's names.
ALERTS = (
    "nitro_group", "aniline", "2-halo_pyridine", "triple_bond", "iodine", "N_oxide", "oxime_1", "phenol_ester",
    "catechol", "hydroquinone", "cumarine", "phthalimide", "isolated_alkene", "stilbene", "Aliphatic_long_chain",
    "azepane", "quaternary_nitrogen_1", "hydroxamic_acid", "Sulfonic_acid_1", "Polycyclic_aromatic_hydrocarbon_1",
)  # fmt: skip
_STEREO = "Every stereocentre and every double bond with two forms is defined (@, @@, / or \\), new ones too."
_UNWANTED = f"No reactive or unstable group, such as {'; '.join(GROUPS)}."
_RINGS = f"No strained or de-aromatised ring, no ring of more than {MACROCYCLE} atoms."
_RARE = (
    "No ring system that no drug and no building block has. Of aromatic rings at most one has a saturated ring fused to"
    f" it, and besides at most {CROWD - 3} substituents. At most {SMALL - 1} cyclopropanes and spiro centres together."
)


def sentences(preset: str, *, sized: bool = False) -> tuple[str, ...]:
    """The limits of a preset in words; none for one that takes all that can be docked.

    Args:
        preset: of the validator.
        sized: whether narrower bounds of the size are told elsewhere.
    """
    if preset in ("parse", "dockable"):
        return ()
    easy = "SA score of at most {} (1 is easy to make, 10 hard)."
    if preset == "passes_filters":
        return (_STEREO, _RINGS, easy.format(f"{structure.STRICT_SA:g}"), _alerts())
    least, most = composition.DRUGLIKE_ATOMS
    size = "" if sized else f"From {least} to {most} heavy atoms. "
    size += f"A net charge of at most {composition.DRUGLIKE_CHARGE} either way."
    strict = preset == "strict"
    sa = structure.STRICT_SA if strict else structure.DRUGLIKE_SA
    return (size, _STEREO, _RINGS, _UNWANTED, _RARE, easy.format(f"{sa:g}"), *([_alerts()] if strict else []))


def _alerts() -> str:
    names = ", ".join(name.removesuffix("_1").replace("_", " ") for name in ALERTS)
    return f"No PAINS, BRENK or NIH alert; BRENK's are {names} and more."
