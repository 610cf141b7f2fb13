"""Ring changes: nitrogen walks, ring exchange, expansion and contraction, heteroatoms in saturated rings."""

from __future__ import annotations

from molgrad.chem.transforms.groups import ARYL5, ARYL6, CYCLIC_AMINE, CYCLOALKYL, HALOPHENYL
from molgrad.chem.transforms.transform import Transform

# (name, SMILES with the attachment first, reason): what a terminal aromatic ring becomes.
_ARYLS = (
    ("phenyl", "c1ccccc1", "phenyl: the plain aromatic contact"),
    ("4_fluorophenyl", "c1ccc(F)cc1", "4-fluorophenyl: aromatic contact, blocked against oxidation"),
    ("3_fluorophenyl", "c1cccc(F)c1", "3-fluorophenyl: aromatic contact with fluorine at the side wall"),
    ("3_chlorophenyl", "c1cccc(Cl)c1", "3-chlorophenyl: chlorine into a side pocket"),
    ("4_cyanophenyl", "c1ccc(C#N)cc1", "4-cyanophenyl: a slim acceptor at the far end"),
    ("2_pyridyl", "c1ccccn1", "2-pyridyl: flat with its neighbour, acceptor inward"),
    ("3_pyridyl", "c1cccnc1", "3-pyridyl: acceptor at the side, lower logP"),
    ("4_pyridyl", "c1ccncc1", "4-pyridyl: acceptor straight out, lower logP"),
    ("pyrimidin_5_yl", "c1cncnc1", "pyrimidin-5-yl: two acceptors, low logP"),
    ("pyrazin_2_yl", "c1cnccn1", "pyrazin-2-yl: two acceptors, low logP"),
    ("2_thienyl", "c1cccs1", "2-thienyl: smaller ring, other vectors"),
    ("3_thienyl", "c1ccsc1", "3-thienyl: smaller ring, other vectors"),
    ("thiazol_2_yl", "c1nccs1", "thiazol-2-yl: an acceptor beside the bond"),
    ("oxazol_2_yl", "c1ncco1", "oxazol-2-yl: small and polar"),
    ("1_methylpyrazol_4_yl", "c1cnn(C)c1", "1-methylpyrazol-4-yl: polar, metabolically quiet"),
    ("pyrazol_3_yl", "c1cc[nH]n1", "pyrazol-3-yl: donor and acceptor side by side"),
    ("imidazol_4_yl", "c1c[nH]cn1", "imidazol-4-yl: a base and a donor"),
    ("indol_3_yl", "c1c[nH]c2ccccc12", "indol-3-yl: a wide contact with a donor"),
    ("quinolin_4_yl", "c1ccnc2ccccc12", "quinolin-4-yl: a wide aromatic contact"),
    ("quinolin_6_yl", "c1ccc2ncccc2c1", "quinolin-6-yl: a long aromatic contact"),
    ("cyclohexyl", "C1CCCCC1", "cyclohexyl: sp3 in place of flat, fewer aromatic rings"),
    ("cyclopropyl", "C1CC1", "cyclopropyl: far smaller, keeps the lipophilic contact"),
    ("tetrahydropyran_4_yl", "C1CCOCC1", "tetrahydropyranyl: sp3 with an acceptor, fewer aromatic rings"),
)

_AMINES = (
    ("dimethylamino", "N(C)C", "NMe2: the smallest tertiary amine"),
    ("azetidinyl", "N1CCC1", "azetidine: small, rigid, less lipophilic"),
    ("pyrrolidinyl", "N1CCCC1", "pyrrolidine: a compact five-ring"),
    ("piperidinyl", "N1CCCCC1", "piperidine: more lipophilic contact"),
    ("morpholinyl", "N1CCOCC1", "morpholine: an acceptor at its far end, lower logP"),
    ("thiomorpholine_dioxide", "N1CCS(=O)(=O)CC1", "thiomorpholine dioxide: barely basic, low logP"),
    ("piperazinyl", "N1CCNCC1", "piperazine: a base at its far end, toward solvent"),
    ("4_methylpiperazinyl", "N1CCN(C)CC1", "N-methylpiperazine: a base at its far end, no donor"),
    ("4_hydroxypiperidinyl", "N1CCC(O)CC1", "4-hydroxypiperidine: a donor at the far end"),
    ("4_fluoropiperidinyl", "N1CCC(F)CC1", "4-fluoropiperidine: a fluorine where the ring is oxidised"),
    ("3_fluoroazetidinyl", "N1CC(F)C1", "3-fluoroazetidine: small and weakly basic"),
)

_CYCLOALKYLS = (
    ("cyclopropyl", "C1CC1", "cyclopropyl: smaller and more rigid"),
    ("cyclobutyl", "C1CCC1", "cyclobutyl: between cyclopropyl and cyclopentyl"),
    ("cyclopentyl", "C1CCCC1", "cyclopentyl: fills a rounder pocket"),
    ("cyclohexyl", "C1CCCCC1", "cyclohexyl: fills a larger pocket"),
    ("oxetan_3_yl", "C1COC1", "oxetane: polar and small"),
    ("tetrahydropyran_4_yl", "C1CCOCC1", "tetrahydropyran: the same shape at far lower logP"),
    ("piperidin_4_yl", "C1CCNCC1", "piperidine: the same shape with a base"),
    ("phenyl", "c1ccccc1", "phenyl: flat, stacks on aromatic side chains"),
)


# What carries an amine: not a methyl of the dimethylamino group itself, which would leave the molecule behind.
_BEARER = "[#6;!$([CH3]-[ND3]-[CH3]):1]"


def _exchanges() -> list[Transform]:
    rules = []
    for name, ring, reason in _ARYLS:
        example = ("CCc1ccc(Br)cc1", f"CC{ring}") if ring == "c1ccccc1" else ("CCc1ccccc1", f"CC{ring}")
        rules.append(Transform(f"aryl_to_{name}", f"[*:1]-!@[{ARYL6},{ARYL5},{HALOPHENYL}]>>[*:1]-{ring}",
                               reason, "replace", example))  # fmt: skip
    for name, ring, reason in _AMINES:
        start = "CCN1CCCCC1" if name == "morpholinyl" else "CCN1CCOCC1"
        rules.append(Transform(f"amine_to_{name}", f"{_BEARER}-!@[{CYCLIC_AMINE},$([ND3]([CH3])[CH3])]>>[#6:1]-{ring}",
                               reason, "replace", (start, f"CC{ring}")))  # fmt: skip
    for name, ring, reason in _CYCLOALKYLS:
        start = "CCC1CCCC1" if name == "cyclohexyl" else "CCC1CCCCC1"
        rules.append(Transform(f"cycloalkyl_to_{name}", f"[*:1]-!@[{CYCLOALKYL}]>>[*:1]-{ring}",
                               reason, "replace", (start, f"CC{ring}")))  # fmt: skip
    return rules


_AROMATIC = (
    Transform("ch_to_n", "[cH;r6:1](:[c:2]):[c:3]>>[n;H0:1](:[c:2]):[c:3]",
              "a ring nitrogen lowers logP and offers an acceptor", "replace", ("Cc1ccccc1", "Cc1ccncc1")),
    Transform("ch_to_n_beside_n", "[cH;r6:1](:[n;H0;D2:2]):[c:3]>>[n;H0:1](:[n:2]):[c:3]",
              "a pyridazine: far more polar, strong acceptor pair", "replace", ("Cc1ccncc1", "Cc1ccnnc1")),
    Transform("n_to_ch", "[n;H0;D2;r6:1]>>[cH:1]", "removes an acceptor, should it have no partner", "replace",
              ("Cc1ccncc1", "Cc1ccccc1")),
    Transform("n_walk", "[n;H0;D2;r6:1]:[cH;r6:2]>>[cH:1]:[n;H0:2]", "the same nitrogen at the next position",
              "replace", ("Cc1ccncc1", "Cc1cccnc1")),
    Transform("n_jump", "[n;H0;D2;r6:1]:[c:3]:[cH;r6:2]>>[cH:1]:[c:3]:[n;H0:2]",
              "the same nitrogen two positions on", "replace", ("Cc1ccncc1", "Cc1ccccn1")),
    Transform("azole_ch_to_n",
              "[cH;r5;$(c1:[c,n]:[c,n]:[c,n]:[n,o,s]:1),$(c1:[c,n]:[c,n]:[n,o,s]:[c,n]:1)"
              ":1](:[c:2]):[c:3]>>[n;H0:1](:[c:2]):[c:3]",
              "a nitrogen in the five-ring lowers logP and electron density", "replace",
              ("Cc1cc[nH]c1", "Cc1c[nH]cn1")),
    Transform("s_to_o_azole", "[s;r5:1]>>[o:1]", "the oxygen azole is less lipophilic than the sulfur one",
              "replace", ("Cc1nccs1", "Cc1ncco1")),
    Transform("o_to_s_azole", "[o;r5;D2:1]>>[s:1]", "sulfur adds a lipophilic contact", "replace",
              ("Cc1ncco1", "Cc1nccs1")),
    Transform("nh_to_s_azole", "[nH;r5:1]>>[s;H0:1]", "removes a donor from the five-ring", "replace",
              ("Cc1cc[nH]c1", "Cc1ccsc1")),
    Transform("furan_to_oxazole", "[o;r5:1]:[cH:2]:[cH:3]:[c:4]>>[o:1]:[c:2]:[n;H0:3]:[c:4]",
              "an oxazole is less electron-rich and not bioactivated as a furan is", "replace",
              ("Cc1ccoc1", "Cc1cocn1")),
    Transform("p_phenylene_to_thiophene",
              "[c:1]1(-[*:5]):[cH:2]:[cH:3]:[c:4](-[*:6]):[cH]:[cH]:1"
              ">>[c:1]1(-[*:5]):[cH:2]:[cH:3]:[c:4](-[*:6]):s:1",
              "a five-ring changes the angle between two substituents and saves an atom", "replace",
              ("Cc1ccc(Cl)cc1", "Cc1ccc(Cl)s1")),
    Transform("m_phenylene_to_thiazole",
              "[c:1]1(-[*:5]):[cH]:[c:3](-[*:6]):[cH:4]:[cH]:[cH]:1" ">>[c:1]1(-[*:5]):n:[c:3](-[*:6]):[cH:4]:s:1",
              "a thiazole keeps the meta angle, more polar and smaller", "replace",
              ("Cc1cccc(Cl)c1", "Cc1nc(Cl)cs1")),
    Transform("p_phenylene_to_cyclohexane",
              "[c:1]1(-[*:5]):[cH:2]:[cH:3]:[c:4](-[#6:6]):[cH:7]:[cH:8]:1"
              ">>[CH:1]1(-[*:5])-[CH2:2]-[CH2:3]-[CH:4](-[#6:6])-[CH2:7]-[CH2:8]-1",
              "sp3 in place of a flat ring: one aromatic ring fewer, better solubility", "replace",
              ("Fc1ccc(C)cc1", "F[C@H]1CC[C@@H](C)CC1")),
    Transform("p_phenylene_to_piperidine",
              "[c:1]1(-[#6:5]):[cH:2]:[cH:3]:[c:4](-[#6:6]):[cH:7]:[cH:8]:1"
              ">>[CH:1]1(-[#6:5])-[CH2:2]-[CH2:3]-[N:4](-[#6:6])-[CH2:7]-[CH2:8]-1",
              "a piperidine in place of a flat ring: a base unless aryl or acyl is on it", "replace",
              ("CC(=O)c1ccc(C)cc1", "CC(=O)C1CCN(C)CC1")),
    Transform("naphthalene_to_benzene", "[c:1]1:[c:2]:[cH]:[cH]:[cH]:[cH]:1>>[cH:1]:[cH:2]",
              "removes a fused benzene: less weight, less logP, one aromatic ring fewer", "remove",
              ("Cc1ccc2ccccc2c1", "Cc1ccccc1")),
    Transform("fused_benzo_to_pyrido",
              "[c:1]1:[c:2]:[cH:3]:[cH:4]:[cH:5]:[cH]:1" ">>[c:1]1:[c:2]:[cH:3]:[cH:4]:[cH:5]:n:1",
              "a nitrogen beside the fusion lowers logP", "replace", ("Cc1ccc2ccccc2c1", "Cc1ccc2ncccc2c1")),
    Transform("indole_to_indazole", "[nH:1]1:[cH:2]:[c:3]:[c:4]:[c:5]:1>>[nH:1]1:[n;H0:2]:[c:3]:[c:4]:[c:5]:1",
              "an indazole is less easily oxidised than an indole", "replace",
              ("c1ccc2[nH]cc(C)c2c1", "c1ccc2[nH]nc(C)c2c1")),
    Transform("indole_to_azaindole",
              "[nH:1]1:[c:2]:[c:3]:[c:4]:[c:5]:1:[cH:6]>>[nH:1]1:[c:2]:[c:3]:[c:4]:[c:5]:1:[n;H0:6]",
              "a 7-azaindole binds donor-acceptor pairs such as a hinge", "replace",
              ("c1ccc2[nH]cc(C)c2c1", "c1cnc2[nH]cc(C)c2c1")),
)  # fmt: skip

_SATURATED = (
    Transform("ring_ch2_to_o",
              "[CX4;R;H2;!r3;!r4:1](-;@[#6;!$(C-[!#6]);!$(C=O):2])-;@[#6;!$(C=O):3]>>[O:1]([*:2])[*:3]",
              "a ring oxygen lowers logP and offers an acceptor", "replace", ("CC1CCCCC1", "CC1CCOCC1")),
    Transform("ring_ch2_to_nh",
              "[CX4;R;H2;!r3:1](-;@[#6;!$(C-[!#6]);!$(C=O):2])-;@[#6;!$(C-[!#6]);!$(C=O):3]" ">>[NH:1]([*:2])[*:3]",
              "a ring NH adds a donor, and a base unless aryl is bound to it", "replace", ("CC1CCCCC1", "CC1CCNCC1")),
    Transform("ring_ch2_to_sulfone",
              "[CX4;r6;H2:1](-;@[CX4;!$(C-[!#6]):2])-;@[CX4;!$(C-[!#6]):3]>>[S:1](=O)(=O)([*:2])[*:3]",
              "a ring sulfone adds two acceptors and lowers logP", "replace", ("CC1CCCCC1", "CC1CCS(=O)(=O)CC1")),
    Transform("ring_o_to_ch2", "[O;R;D2;!r3:1](-;@[CX4:2])-;@[CX4:3]>>[CH2:1]([*:2])[*:3]",
              "a carbon in place of an oxygen, should it have no partner", "replace", ("CC1CCOCC1", "CC1CCCCC1")),
    Transform("ring_nh_to_o", "[NX3;R;H1;D2:1](-;@[CX4:2])-;@[CX4:3]>>[O;H0:1]([*:2])[*:3]",
              "an oxygen removes the base and the donor", "replace", ("CC1CCNCC1", "CC1CCOCC1")),
    Transform("ring_nh_to_ch2", "[NX3;R;H1;D2:1](-;@[CX4:2])-;@[CX4:3]>>[CH2:1]([*:2])[*:3]",
              "a carbon removes the base and the donor", "replace", ("CC1CCNCC1", "CC1CCCCC1")),
    Transform("ring_s_to_o", "[S;R;D2:1](-;@[CX4:2])-;@[CX4:3]>>[O:1]([*:2])[*:3]",
              "an oxygen avoids oxidation at sulfur and lowers logP", "replace", ("CC1CCSCC1", "CC1CCOCC1")),
    Transform("ring_ch_to_n",
              "[CX4;R;H1;!r3;!$(C-[!#6]):1](-;@[CH2;!$(C-[!#6]):2])-[#6;!$(C-[!#6]):3]>>[N;H0:1]([*:2])[*:3]",
              "a ring nitrogen removes a stereocentre and eases synthesis", "replace", ("CCC1CCCCC1", "CCN1CCCCC1")),
    Transform("ring_n_to_ch",
              "[NX3;R;D3;H0:1](-;@[CH2:2])(-;@[CH2:4])-!@[#6;!$(C=[O,S,N]):3]>>[CH:1]([*:2])([*:4])[*:3]",
              "a carbon in place of the tertiary nitrogen", "replace", ("CCN1CCCCC1", "CCC1CCCCC1")),
    Transform("ring_contract",  # not of an indane: a benzocyclobutene is strained
              "[#6,#7;R:1]-;@[CX4;R;r5,r6,r7;H2;!$([C;r5]1@a:a@*@*1);!$([C;r5]1@*@a:a@*1)]-;@[CX4;R:3]>>[*:1]-[*:3]",
              "a smaller ring: less lipophilic, another angle", "remove", ("CC1CCCCC1", "CC1CCCC1")),
    Transform("ring_expand", "[CX4;r4,r5,r6;H2:1]-;@[CX4,NX3;R:3]>>[C:1]-C-[*:3]",
              "a larger ring: more contact, another angle", "grow", ("CC1CCCC1", "CC1CCCCC1")),
    Transform("ring_to_lactam", "[NX3;R;D3,H1:1](-;@[CH2;R:2])-;@[CX4;!$(C-[!#6;!#7]):3]>>[N:1](-[C:2]=O)-[*:3]",
              "a lactam: no base, an acceptor", "replace", ("CN1CCCCC1", "CN1CCCCC1=O")),
    Transform("spiro_oxetane", "[CX4;r6;H2:1](-;@[CH2:2])-;@[CH2:3]>>[C:1]1([C:2])([C:3])COC1",
              "a spiro-oxetane adds polarity and shape without a donor", "grow", ("CN1CCCCC1", "CN1CCC2(CC1)COC2")),
)  # fmt: skip

RULES = (*_exchanges(), *_AROMATIC, *_SATURATED)
