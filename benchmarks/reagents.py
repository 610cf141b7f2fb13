"""Write molgrad/synthesis/tables/reagents.tsv: common reagents that suppliers keep, by kind.

    python -m benchmarks.reagents

From general knowledge of catalogues: a list of rings with the functional groups that are sold on them, and lists by
hand in `benchmarks/data/reagents.txt` (a SMILES a line, a name where it is common, `#` before each kind).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path

from rdkit import Chem

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "molgrad" / "synthesis" / "tables" / "reagents.tsv"
BY_HAND = Path(__file__).parent / "data" / "reagents.txt"
HEAD = "# Common reagents that suppliers keep: SMILES, name where it is common. Written by benchmarks/reagents.py.\n"

# Functional groups as they stand before a ring.
BORONIC, AMINE, ACID, ALDEHYDE, AMINOMETHYL, BENZYL_BROMIDE = "OB(O)", "N", "OC(=O)", "O=C", "NC", "BrC"
SULFONYL, PHENOL, BROMIDE, IODIDE, ACETYL, HYDRAZINE = "ClS(=O)(=O)", "O", "Br", "I", "CC(=O)", "NN"
ISOCYANATE, ACETIC, THIOL, ACYL_CHLORIDE, NITRILE, ALCOHOL = "O=C=N", "OC(=O)C", "S", "ClC(=O)", "N#C", "OC"
CHLORIDE, ALKYNE, ESTER, ISOTHIOCYANATE = "Cl", "C#C", "COC(=O)", "S=C=N"

CORE = (BORONIC, AMINE, ACID, ALDEHYDE, AMINOMETHYL, BENZYL_BROMIDE, SULFONYL, PHENOL, BROMIDE)
FULL = (*CORE, IODIDE, ACETYL, ISOCYANATE, ACETIC, ACYL_CHLORIDE, NITRILE, ALCOHOL, ESTER)
RICH = (*FULL, HYDRAZINE, THIOL, ALKYNE, ISOTHIOCYANATE)  # of the phenyl rings that everybody stocks
HETERO = (BROMIDE, AMINE, ACID, BORONIC, ALDEHYDE)
AZINE = (*HETERO, CHLORIDE, NITRILE, ALCOHOL, AMINOMETHYL)

MONO = ("F", "Cl", "C", "OC", "C(F)(F)F")
STIFF = ("Br", "C#N", "[N+](=O)[O-]", "OC(F)(F)F")  # not with groups that would spoil them
STIFF_GROUPS = (BORONIC, AMINE, ACID, ALDEHYDE, AMINOMETHYL, BENZYL_BROMIDE, SULFONYL, PHENOL, BROMIDE, ACETYL, ESTER)
PARA = ("CC", "C(C)C", "C(C)(C)C", "c2ccccc2", "N(C)C", "S(C)(=O)=O", "OCC", "SC", "N2CCOCC2", "Oc2ccccc2", "C(=O)OC")
PARA_GROUPS = (BORONIC, AMINE, ACID, ALDEHYDE, PHENOL, BROMIDE)
PAIRS = (
    *("c1ccc(F)c(F)c1", "c1cc(F)cc(F)c1", "c1ccc(F)cc1F", "c1c(F)cccc1F", "c1cc(F)ccc1F", "c1cccc(F)c1F"),
    *("c1ccc(Cl)c(Cl)c1", "c1cc(Cl)cc(Cl)c1", "c1ccc(Cl)cc1Cl", "c1c(Cl)cccc1Cl", "c1cc(Cl)ccc1Cl", "c1cccc(Cl)c1Cl"),
    *("c1ccc(F)c(Cl)c1", "c1ccc(Cl)c(F)c1", "c1ccc(F)cc1Cl", "c1ccc(Cl)cc1F", "c1cc(Cl)ccc1F", "c1cc(F)ccc1Cl"),
    *("c1ccc(OC)c(OC)c1", "c1cc(OC)cc(OC)c1", "c1ccc(OC)cc1OC", "c1cc(OC)ccc1OC", "c1cc(OC)c(OC)c(OC)c1"),
    *("c1ccc2c(c1)OCO2", "c1ccc2c(c1)OCCO2", "c1ccc(C)c(C)c1", "c1cc(C)cc(C)c1", "c1ccc(C)cc1C", "c1c(C)cccc1C"),
    *("c1ccc(F)c(C)c1", "c1ccc(C)c(F)c1", "c1ccc(F)cc1C", "c1ccc(OC)c(F)c1", "c1cc(F)ccc1OC", "c1cc(Cl)ccc1OC"),
    *("c1cc(C(F)(F)F)cc(C(F)(F)F)c1", "c1ccc(Cl)c(C(F)(F)F)c1", "c1ccc(F)c(C(F)(F)F)c1", "c1ccc(C)c(Cl)c1"),
    *("c1cc(F)c(F)c(F)c1", "c1ccc(OC)c(Cl)c1", "c1ccc(Cl)c(C)c1", "c1cc(Cl)ccc1C", "c1cccc(Cl)c1C", "c1cc(F)ccc1C"),
)
RINGS = (
    *("c1ccccn1", "c1cccnc1", "c1ccncc1", "c1ccc(C)nc1", "c1cncc(C)c1", "c1ccnc(C)c1", "c1ncccc1C", "c1cnccc1C"),
    *("c1ccc(C)cn1", "c1cc(C)ccn1", "c1cccc(C)n1", "c1ccc(F)nc1", "c1cncc(F)c1", "c1ccc(F)cn1", "c1cccnc1F"),
    *("c1ccc(Cl)nc1", "c1cncc(Cl)c1", "c1ccnc(Cl)c1", "c1ccc(Cl)cn1", "c1cccnc1Cl", "c1ccc(OC)nc1", "c1cncc(OC)c1"),
    *("c1cccnc1OC", "c1ccnc(OC)c1", "c1ccc(C(F)(F)F)nc1", "c1ccc(C(F)(F)F)cn1", "c1cncc(C(F)(F)F)c1", "c1ccc(Br)cn1"),
    *("c1ccc(Br)nc1", "c1cncc(Br)c1", "c1ccnc(Br)c1", "c1cccc(Br)n1", "c1ncccn1", "c1ccncn1", "c1cncnc1", "c1cnccn1"),
    *("c1cccnn1", "c1ccnnc1", "c1ncc(Br)cn1", "c1nccc(C)n1", "c1nccc(C(F)(F)F)n1", "c1ncc(F)cn1", "c1ncc(Cl)cn1"),
)
SMALL_RINGS = (
    *(
        "c1cccs1",
        "c1ccsc1",
        "c1ccc(Cl)s1",
        "c1ccc(C)s1",
        "c1ccco1",
        "c1ccoc1",
        "c1ccc(C)o1",
        "c1cnn(C)c1",
        "c1ccn(C)n1",
    ),
    *("c1ccnn1C", "c1cn[nH]c1", "c1cc[nH]n1", "c1cc(C)[nH]n1", "c1c(C)n[nH]c1C", "c1c(C)noc1C", "c1cc(C)on1"),
    *("c1cc(C)no1", "c1nccs1", "c1cncs1", "c1cscn1", "c1csc(C)n1", "c1sc(C)nc1C", "c1nccn1C", "c1cncn1C", "c1cn(C)cn1"),
    *("c1cnc[nH]1", "c1cnco1", "c1cocn1", "c1ncco1", "c1ccc[nH]1", "c1cccn1C", "c1nnc(C)s1"),
    *("c1cn(C(C)C)nc1", "c1cnn(CC)c1", "c1cnn(C(C)C)c1", "c1cnn(Cc2ccccc2)c1", "c1cc(C)n(C)n1", "c1cc(C(F)(F)F)[nH]n1"),
)
FUSED = (
    *("c1ccc2ncccc2c1", "c1cnc2ccccc2c1", "c1ccnc2ccccc12", "c1ccc2ccccc2n1", "c1cccc2ncccc12", "c1ccc2cccnc2c1"),
    *("c1cccc2cccnc12", "c1nccc2ccccc12", "c1ncc2ccccc2c1", "c1cncc2ccccc12", "c1cccc2cnccc12", "c1ccc2cnccc2c1"),
    *("c1ccc2ccncc2c1", "c1cccc2ccncc12", "c1ccc2ccccc2c1", "c1cccc2ccccc12", "c1ccc2[nH]ccc2c1", "c1ccc2cc[nH]c2c1"),
    *(
        "c1cccc2[nH]ccc12",
        "c1cccc2cc[nH]c12",
        "c1cc2ccccc2[nH]1",
        "c1c[nH]c2ccccc12",
        "c1ccc2n(C)ccc2c1",
        "c1cn(C)c2ccccc12",
    ),
    *(
        "c1ccc2[nH]ncc2c1",
        "c1ccc2cn[nH]c2c1",
        "c1n[nH]c2ccccc12",
        "c1cccc2[nH]ncc12",
        "c1ccc2n(C)ncc2c1",
        "c1ccc2cnn(C)c2c1",
    ),
    *("c1nn(C)c2ccccc12", "c1ccc2[nH]cnc2c1", "c1nc2ccccc2[nH]1", "c1ccc2n(C)cnc2c1", "c1nc2ccccc2s1", "c1ccc2ncsc2c1"),
    *(
        "c1ccc2scnc2c1",
        "c1nc2ccccc2o1",
        "c1ccc2ocnc2c1",
        "c1ccc2ncoc2c1",
        "c1cc2ccccc2o1",
        "c1coc2ccccc12",
        "c1ccc2occc2c1",
    ),
    *(
        "c1cc2ccccc2s1",
        "c1csc2ccccc12",
        "c1ccc2sccc2c1",
        "c1ccc2nccnc2c1",
        "c1cnc2ccccc2n1",
        "c1ccc2ncncc2c1",
        "c1ncnc2ccccc12",
    ),
    *("c1cnc2[nH]ccc2c1", "c1ccnc2[nH]ccc12", "c1c[nH]c2ncccc12", "c1cnn2ccccc12", "c1cn2ccccc2n1", "c1cnc2ccccn12"),
    *("c1ccc2nccn2c1", "c1cnc2cccnn12", "c1cnn2cccnc12", "c1ccn2nccc2c1", "c1ccc2c(c1)CCO2", "c1ccc2c(c1)CCC(=O)N2"),
    *("c1ccc2c(c1)CC(=O)N2", "c1ccc2c(c1)CCCC2", "c1ccc2c(c1)CCC2", "c1ccc2[nH]c(=O)[nH]c2c1", "c1ccc2OCC(=O)Nc2c1"),
)
# On a benzene ring with one small group or two of them: chains that end in what reacts.
CHAINS = (
    *("NCC", "OC(=O)CC", "CNC", "CC(N)", "BrCC", "OCC", "ClC", "O=C(CBr)", "OC(=O)CO", "OC(=O)C=C", "OC(=O)C(C)"),
    *("C1CNCCN1", "C1CC(CCN1)", "CCOC(=O)C", "N=C(N)", "NC(=S)", "NNC(=O)", "O=CC", "CN", "NC(=O)", "NS(=O)(=O)"),
)
CHAINED = (
    "c1ccccc1",
    *(where.format(rest) for where in ("c1ccccc1{}", "c1cccc({})c1", "c1ccc({})cc1") for rest in MONO),
)
# Two groups on a benzene ring, in all three places.
TWO = (
    *("N", "[N+](=O)[O-]", "Br", "I", "C(=O)O", "C(=O)OC", "C=O", "O", "C#N", "CO", "B(O)O", "C(N)=O", "C(C)=O", "F"),
    *("S(N)(=O)=O", "CN", "CBr", "S(=O)(=O)Cl", "CC(=O)O", "OC", "NC(C)=O", "NC(=O)OC(C)(C)C", "S(C)(=O)=O", "C(=O)NC"),
)
CLASHING = frozenset(  # pairs that react with one another, or that nobody sells
    frozenset(pair)
    for one in ("CBr", "S(=O)(=O)Cl", "B(O)O")
    for pair in ((one, "N"), (one, "CN"), (one, "CO"), (one, "O"), (one, "CBr"), (one, "S(=O)(=O)Cl"), (one, "B(O)O"))
) | {frozenset(pair) for pair in (("S(=O)(=O)Cl", "C=O"), ("N", "C=O"), ("CN", "C=O"), ("N", "CBr"), ("CN", "CBr"))}
# Two groups and a third, small one, in all ten places.
THREE = (
    *(
        ("N", "[N+](=O)[O-]"),
        ("N", "Br"),
        ("N", "C(=O)O"),
        ("N", "C(=O)OC"),
        ("Br", "C(=O)O"),
        ("Br", "C=O"),
        ("F", "C#N"),
    ),
    *(
        ("Br", "C(=O)OC"),
        ("O", "C=O"),
        ("O", "C(=O)O"),
        ("[N+](=O)[O-]", "C(=O)O"),
        ("F", "[N+](=O)[O-]"),
        ("Br", "C#N"),
    ),
    *(
        ("O", "Br"),
        ("O", "[N+](=O)[O-]"),
        ("Br", "[N+](=O)[O-]"),
        ("N", "C#N"),
        ("Br", "B(O)O"),
        ("F", "C=O"),
        ("N", "O"),
    ),
)
SMALL = ("F", "Cl", "C", "OC")
# The same on pyridine: every two places of the ring, next to the nitrogen or not.
ON_PYRIDINE = (
    *(
        ("N", "Br"),
        ("N", "Cl"),
        ("Cl", "C(=O)O"),
        ("Br", "C(=O)O"),
        ("Cl", "[N+](=O)[O-]"),
        ("N", "C(=O)O"),
        ("Cl", "C#N"),
    ),
    *(("Br", "Cl"), ("Cl", "C=O"), ("Br", "OC"), ("N", "OC"), ("Cl", "C(=O)OC"), ("N", "N"), ("F", "Br"), ("Cl", "Cl")),
)
# Fused rings with what reacts, and a small group in the places of the benzene ring that are sold.
FUSED_WITH = (
    *("c1({})ccc2[nH]ccc2c1", "c1({})ccc2cc[nH]c2c1", "c1({})ccc2[nH]c(C(=O)O)cc2c1", "c1({})ccc2cc(C(=O)O)[nH]c2c1"),
    *(
        "c1({})ccc2[nH]cc(C=O)c2c1",
        "c1({})ccc2[nH]cc(C(=O)O)c2c1",
        "c1({})ccc2[nH]c(C(=O)OCC)cc2c1",
        "c1({})ccc2[nH]ncc2c1",
    ),
    *("c1({})ccc2cn[nH]c2c1", "c1({})ccc2[nH]cnc2c1", "c1({})ccc2NC(=O)C(=O)c2c1", "c1({})ccc2NC(=O)Cc2c1"),
    *("c1({})ccc2sc(N)nc2c1", "c1({})ccc2nc(N)sc2c1", "c1({})ccc2sc(Cl)nc2c1", "c1({})ccc2oc(C(=O)O)cc2c1"),
    *("c1({})ccc2sc(C(=O)O)cc2c1", "c1({})ccc2nccc(Cl)c2c1", "c1({})ccc2c(Cl)ccnc2c1", "c1({})ccc2ncnc(Cl)c2c1"),
    *("c1({})ccc2c(Cl)ncnc2c1", "c1({})ccc2[nH]cnc(=O)c2c1", "c1({})ccc2nc(Cl)ccc2c1", "c1({})ccc2nc(Cl)nc(Cl)c2c1"),
    *("c1({})ccc2OCCC(=O)c2c1", "c1({})ccc2c(CCCC2=O)c1", "c1({})ccc2c(CCC2=O)c1", "c1({})ccc2OCCC(C(=O)O)c2c1"),
    *("c1({})ccc2c(CCNC2)c1", "c1({})ccc2c(CCN2)c1", "c1({})ccc2c(CNC2)c1", "c1({})ccc2NC(=O)OC(=O)c2c1"),
    *("c1({})ccc2ncccc2c1", "c1({})ccc2cnccc2c1", "c1({})ccc2c(c1)C(=O)NC2", "c1({})ccc2OCC(=O)Nc2c1"),
    *("c1({})ccc2NCCCc2c1", "c1({})ccc2[nH]c(=O)[nH]c2c1", "c1({})ccc2c(c1)OCCN2"),
)
OXADIAZOLES = ("c1nnc(C)o1", "c1noc(C)n1", "c1nc(C)no1")
UNSTABLE = (  # nobody keeps these on a shelf
    "B(O)(O)-c:[n;X2]",  # loses boron
    "[NX3;H2]-c1:c:c:c:[o,s,nX3]:1",
    "[NX3;H2]-c1:c:c:[o,s,nX3]:c:1",
)
WHERE = ("c1ccccc1{}", "c1cccc({})c1", "c1ccc({})cc1")


def by_scheme() -> Iterator[str]:
    """SMILES of rings with groups; each is sold by more than one large supplier, to the best of our knowledge."""
    yield from (group + "c1ccccc1" for group in RICH)
    for where in WHERE:
        yield from (group + where.format(rest) for rest in MONO for group in RICH)
        yield from (group + where.format(rest) for rest in STIFF for group in STIFF_GROUPS)
    yield from (group + WHERE[2].format(rest) for rest in PARA for group in PARA_GROUPS)
    yield from (group + WHERE[1].format(rest) for rest in PARA[2:9] for group in PARA_GROUPS)
    yield from (group + ring for ring in PAIRS for group in FULL)
    yield from (chain + ring for ring in CHAINED for chain in CHAINS)
    yield from (ring.format(small) for ring in FUSED_WITH for small in (*SMALL, "Br"))
    yield from _two_groups()
    yield from (group + ring for ring in RINGS for group in AZINE)
    yield from (group + ring for ring in (*SMALL_RINGS, *FUSED) for group in HETERO)
    yield from (group + ring for ring in OXADIAZOLES for group in (AMINE, ACID, ESTER))


def _two_groups() -> Iterator[str]:
    for one, other in itertools.combinations_with_replacement(TWO, 2):
        if frozenset((one, other)) not in CLASHING:
            yield from (_ring({0: one, place: other}) for place in (1, 2, 3))
    for one, other in THREE:
        for place in (1, 2, 3):
            free = [i for i in range(1, 6) if i != place]
            yield from (_ring({0: one, place: other, i: small}) for i in free for small in SMALL)
    for one, other in ON_PYRIDINE:
        for first, second in itertools.permutations(range(1, 6), 2):
            yield _ring({first: one, second: other}, "n")


def _ring(groups: Mapping[int, str], first: str = "c") -> str:
    """A six-membered aromatic ring with groups at its atoms; the first atom is given."""
    atoms = [first, *"ccccc"]
    closures = {0: "1", 5: "1"}
    parts = (atom + closures.get(i, "") + (f"({groups[i]})" if i in groups else "") for i, atom in enumerate(atoms))
    return "".join(parts)


def by_hand() -> Iterator[tuple[str, str]]:
    """SMILES and names of the list."""
    for line in BY_HAND.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            smiles, _, name = line.partition(" ")
            yield smiles, name.strip()


def main() -> None:
    found: dict[str, str] = {}
    unstable = [Chem.MolFromSmarts(smarts) for smarts in UNSTABLE]
    for smiles, name in (*by_hand(), *((one, "") for one in by_scheme())):
        mol = Chem.MolFromSmiles(smiles)
        if mol is None:
            raise SystemExit(f"no molecule: {smiles}")
        if not name and any(map(mol.HasSubstructMatch, unstable)):
            continue
        found.setdefault(Chem.MolToSmiles(mol), name)
    TABLE.write_text(HEAD + "".join(f"{smiles}\t{name}\n" for smiles, name in sorted(found.items())), encoding="utf-8")
    print(f"{len(found)} reagents in {TABLE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
