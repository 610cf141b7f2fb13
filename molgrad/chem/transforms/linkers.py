"""Linkers: what joins two parts is exchanged, turned round, lengthened or shortened."""

from __future__ import annotations

from molgrad.chem.transforms.transform import Transform

# A carbon end that is no carbonyl and bears no other heteroatom, so that no aminal, acetal or peroxide comes out.
_END = "[#6;!$([#6]=[O,S,N]);!$([CX4]-[!#6;!#1])"
_CH2 = f"[CX4;!R;H2:1]({_END}:2])-[#6;!$([CX4]-[!#6;!#1]):3]"
_ETHER = "[OX2;!R:1]([#6;!$(C=O):2])-[#6;!$(C=O):3]"
_AMINE = "[NX3;!R;H1:1]([#6;!$([#6]=[O,S,N]):2])-[#6;!$([#6]=[O,S,N]):3]"
_THIO = "[SX2;!R:1]([#6:2])-[#6:3]"
_BACK = "([*:2])-[*:3]"

_FROM_CARBON = (
    Transform("link_ch2_to_o", f"{_CH2}>>[O:1]{_BACK}", "an oxygen in the link lowers logP and changes its angle",
              "link", ("c1ccccc1Cc1ccncc1", "c1ccccc1Oc1ccncc1")),
    Transform("link_ch2_to_nh", f"{_CH2}>>[NH:1]{_BACK}", "an NH in the link is a donor", "link",
              ("c1ccccc1Cc1ccncc1", "c1ccccc1Nc1ccncc1")),
    Transform("link_ch2_to_s", f"{_CH2}>>[S:1]{_BACK}", "a sulfur in the link: longer bonds, sharper angle",
              "link", ("c1ccccc1Cc1ccncc1", "c1ccccc1Sc1ccncc1")),
    Transform("link_ch2_to_co", "[CX4;!R;H2:1](-[#6;!$(C=O):2])-[c,CX4,NX3;!$(*=O):3]>>[C:1](=O)([*:2])-[*:3]",
              "a carbonyl in the link is an acceptor and flattens it", "link",
              ("c1ccccc1CN1CCCCC1", "c1ccccc1C(=O)N1CCCCC1")),
    Transform("link_ch2_to_so2",
              "[CX4;!R;H2:1](-[#6;!$(C=O):2])-[c,NX3;!$(N-C=O):3]>>[S:1](=O)(=O)([*:2])-[*:3]",
              "a sulfonyl in the link: two acceptors and a kink", "link",
              ("c1ccccc1CN1CCCCC1", "c1ccccc1S(=O)(=O)N1CCCCC1")),
    Transform("link_ch2_to_cf2", f"{_CH2}>>[C:1](F)(F){_BACK}", "CF2 keeps the length and resists oxidation",
              "link", ("c1ccccc1Cc1ccncc1", "c1ccccc1C(F)(F)c1ccncc1")),
    Transform("link_ch2_to_chme", f"[CX4;!R;H2:1]([c:2])-[*:3]>>[CH:1](C){_BACK}",
              "a benzylic methyl fixes the conformation and blocks oxidation", "link",
              ("c1ccccc1COC", "C[C@H](OC)c1ccccc1")),
)  # fmt: skip

_FROM_OTHERS = (
    Transform("link_o_to_ch2", f"{_ETHER}>>[CH2:1]{_BACK}", "a carbon in place of an oxygen, should it have no partner",
              "link", ("c1ccccc1Oc1ccncc1", "c1ccccc1Cc1ccncc1")),
    Transform("link_o_to_nh", f"{_ETHER}>>[NH:1]{_BACK}", "an NH in place of an oxygen is a donor", "link",
              ("c1ccccc1Oc1ccncc1", "c1ccccc1Nc1ccncc1")),
    Transform("link_o_to_s", f"{_ETHER}>>[S:1]{_BACK}", "a thioether: more lipophilic, sharper angle", "link",
              ("c1ccccc1OCC", "c1ccccc1SCC")),
    Transform("link_nh_to_o", f"{_AMINE}>>[O;H0:1]{_BACK}", "an ether removes the donor", "link",
              ("c1ccccc1Nc1ccncc1", "c1ccccc1Oc1ccncc1")),
    Transform("link_nh_to_ch2", f"{_AMINE}>>[CH2:1]{_BACK}", "a carbon removes the donor and the nitrogen", "link",
              ("c1ccccc1Nc1ccncc1", "c1ccccc1Cc1ccncc1")),
    Transform("link_s_to_o", f"{_THIO}>>[O:1]{_BACK}", "an ether avoids oxidation at sulfur and lowers logP",
              "link", ("c1ccccc1SCC", "c1ccccc1OCC")),
    Transform("link_s_to_ch2", f"{_THIO}>>[CH2:1]{_BACK}", "a carbon avoids oxidation at sulfur", "link",
              ("c1ccccc1SCC", "c1ccccc1CCC")),
    Transform("link_s_to_so2", f"{_THIO}>>[S:1](=O)(=O){_BACK}", "a sulfone: two acceptors, far lower logP",
              "link", ("c1ccccc1SCC", "c1ccccc1S(=O)(=O)CC")),
    Transform("link_co_to_ch2", f"[CX3;!R:1](=O)([#6:2])-[#6,#7:3]>>[CH2:1]{_BACK}",
              "a CH2 removes an acceptor, should it have no partner, and adds flexibility", "link",
              ("c1ccccc1C(=O)c1ccncc1", "c1ccccc1Cc1ccncc1")),
    Transform("link_so2_to_co", "[SX4;!R:1](=O)(=O)([#6:2])-[NX3:3]>>[C:1](=O)([*:2])-[*:3]",
              "an amide in place of a sulfonamide: flatter, smaller", "link",
              ("c1ccccc1S(=O)(=O)NC", "c1ccccc1C(=O)NC")),
)  # fmt: skip

_AMIDES = (
    Transform("amide_reverse",  # not of an acrylamide: an N-vinyl amide hydrolyses
              "[CX3;!R:1](=[O:2])(-[#6;!$([C]=[C]):3])-[NX3;H1:4]-[#6:5]>>[#6:3]-[N:4]-[C:1](=[O:2])-[#6:5]",
              "a reversed amide swaps donor and acceptor", "link", ("CCC(=O)Nc1ccccc1", "CCNC(=O)c1ccccc1")),
    Transform("amide_to_sulfonamide", "[CX3;!R:1](=[O:2])(-[#6:3])-[NX3:4]>>[S:1](=[O:2])(=O)(-[#6:3])-[N:4]",
              "a sulfonamide kinks the link and adds an acceptor", "link",
              ("CCC(=O)Nc1ccccc1", "CCS(=O)(=O)Nc1ccccc1")),
    Transform("amide_to_urea", "[CX3;!R:1](=[O:2])(-[#6:3])-[NX3;H1:4]>>[C:1](=[O:2])(-[NH]-[*:3])-[N:4]",
              "a urea adds a donor beside the first", "link", ("c1ccccc1C(=O)NC", "c1ccccc1NC(=O)NC")),
    Transform("amide_to_amine", "[CX3;!R:1](=O)(-[#6:3])-[NX3:4]>>[CH2:1](-[*:3])-[N:4]",
              "an amine: flexible, no carbonyl, basic unless aryl is bound to it", "link",
              ("c1ccccc1C(=O)NC", "c1ccccc1CNC")),
    Transform("amide_n_methyl", "[NX3;H1;!R:1](-[CX3:2]=[O:3])-[#6:4]>>[N;H0:1](C)(-[C:2]=[O:3])-[*:4]",
              "an N-methyl removes a donor and turns the amide cis", "link",
              ("CC(=O)Nc1ccccc1", "CC(=O)N(C)c1ccccc1")),
    Transform("amide_to_ketone", "[CX3;!R:1](=[O:2])(-[#6:3])-[NX3;H1:4]-[#6:5]>>[C:1](=[O:2])(-[*:3])-[CH2]-[*:5]",
              "a ketone keeps the acceptor and loses the donor", "link", ("c1ccccc1C(=O)NCC", "c1ccccc1C(=O)CCC")),
    Transform("amide_to_oxadiazole", "[CX3;!R:1](=O)(-[#6:3])-[NX3;H1]-[#6:5]>>[c:1]1(-[*:3]):n:n:c(-[*:5]):o:1",
              "an oxadiazole mimics the amide without its donor or its cleavage", "link",
              ("c1ccccc1C(=O)NCC", "c1ccccc1-c1nnc(CC)o1")),
    Transform("amide_to_triazole", "[CX3;!R:1](=O)(-[#6:3])-[NX3;H1]-[#6:5]>>[c:1]1(-[*:3]):c:n(-[*:5]):n:n:1",
              "a 1,2,3-triazole mimics a trans amide and is not cleaved", "link",
              ("c1ccccc1C(=O)NCC", "c1ccccc1-c1cn(CC)nn1")),
    Transform("amide_to_imidazole", "[CX3;!R:1](=O)(-[#6:3])-[NX3;H1]-[#6:5]>>[c:1]1(-[*:3]):n:c(-[*:5]):c:[nH]:1",
              "an imidazole keeps donor and acceptor in a ring", "link",
              ("c1ccccc1C(=O)NCC", "c1ccccc1-c1nc(CC)c[nH]1")),
    Transform("sulfonamide_reverse",
              "[#6:3]-[SX4;!R:1](=[O:2])(=[O:6])-[NX3;H1:4]-[#6:5]>>[#6:3]-[N:4]-[S:1](=[O:2])(=[O:6])-[#6:5]",
              "a reversed sulfonamide swaps its ends", "link", ("CCS(=O)(=O)Nc1ccccc1", "CCNS(=O)(=O)c1ccccc1")),
    Transform("urea_to_amide", "[#6:5]-[NX3;H1]-[CX3;!R:1](=[O:2])-[NX3:4]>>[#6:5]-[CH2]-[C:1](=[O:2])-[N:4]",
              "an amide has one donor fewer than the urea", "link", ("c1ccccc1NC(=O)NC", "c1ccccc1CC(=O)NC")),
    Transform("ester_to_amide", "[CX3;!R:1](=[O:2])(-[#6:3])-[OX2:4]-[#6:5]>>[C:1](=[O:2])(-[*:3])-[NH:4]-[*:5]",
              "an amide is not cleaved by esterases", "link", ("c1ccccc1C(=O)OCC", "c1ccccc1C(=O)NCC")),
    Transform("ester_to_oxadiazole", "[CX3;!R:1](=O)(-[#6:3])-[OX2]-[#6:5]>>[c:1]1(-[*:3]):n:o:c(-[*:5]):n:1",
              "a 1,2,4-oxadiazole is the stable stand-in for an ester", "link",
              ("c1ccccc1C(=O)OCC", "c1ccccc1-c1noc(CC)n1")),
    Transform("ester_to_ether", "[CX3;!R:1](=O)(-[#6:3])-[OX2:4]-[#6:5]>>[CH2:1](-[*:3])-[O:4]-[*:5]",
              "an ether is not cleaved by esterases", "link", ("c1ccccc1C(=O)OCC", "c1ccccc1COCC")),
)  # fmt: skip

_LENGTH = (
    Transform("homologate", "[#6,#7,#8;!$(*=[O,S,N]):1]-;!@[CX4;!R;H2:2]>>[*:1]-C-[*:2]",
              "one atom longer: lets the far group reach further", "link", ("c1ccccc1CN", "c1ccccc1CCN")),
    Transform("insert_ch2_biaryl", "[c:1]-;!@[c:2]>>[c:1]-C-[c:2]", "a CH2 between two rings bends and frees them",
              "link", ("c1ccccc1-c1ccncc1", "c1ccccc1Cc1ccncc1")),
    Transform("insert_o_biaryl", "[c:1]-;!@[c:2]>>[c:1]-O-[c:2]", "an oxygen between two rings bends them", "link",
              ("c1ccccc1-c1ccncc1", "c1ccccc1Oc1ccncc1")),
    Transform("insert_nh_biaryl", "[c:1]-;!@[c:2]>>[c:1]-N-[c:2]",
              "an NH between two rings bends them and is a donor", "link",
              ("c1ccccc1-c1ccncc1", "c1ccccc1Nc1ccncc1")),
    Transform("insert_amide_biaryl", "[c:1]-;!@[c:2]>>[c:1]-C(=O)N-[c:2]",
              "an amide between two rings: donor, acceptor, reach", "link",
              ("c1ccccc1-c1ccncc1", "c1ccccc1C(=O)Nc1ccncc1")),
    Transform("aryl_ether_to_benzyl_ether", "[c:1]-;!@[OX2:2]-[CX4:3]>>[c:1]-C-[O:2]-[*:3]",
              "a benzylic ether moves the oxygen one atom out", "link", ("c1ccccc1OC", "c1ccccc1COC")),
    Transform("cut_ch2", "[*:1]-[CX4;!R;H2;D2]-[#6;!$([#6]=[O,N,S]):2]>>[*:1]-[*:2]",
              "one atom shorter, one rotatable bond fewer", "remove", ("c1ccccc1CCN", "c1ccccc1CN")),
    Transform("cut_hetero_link", "[c:1]-;!@[OX2,NX3H1,SX2;D2;!R]-;!@[c:2]>>[c:1]-[c:2]",
              "a direct biaryl bond: one atom shorter, rigid", "remove", ("c1ccccc1Oc1ccncc1", "c1ccccc1-c1ccncc1")),
    Transform("cut_amide_link", "[c:1]-;!@[CX3;!R](=O)-[NX3;H1;!R]-[c:2]>>[c:1]-[c:2]",
              "a direct biaryl bond in place of an amide", "remove", ("c1ccccc1C(=O)Nc1ccncc1", "c1ccccc1-c1ccncc1")),
    Transform("cut_carbonyl", "[*:1]-[CX3;!R;D3](=O)-[NX3:2]>>[*:1]-[N:2]", "without the carbonyl: an amine",
              "remove", ("c1ccccc1C(=O)N1CCOCC1", "c1ccccc1N1CCOCC1")),
    Transform("ch2ch2_to_och2", "[c:1]-[CX4;H2;!R:2]-[CX4;H2;!R:3]>>[c:1]-[O:2]-[C:3]",
              "an aryl ether of the same length", "link", ("c1ccccc1CCC", "c1ccccc1OCC")),
    Transform("och2_to_ch2o", "[c:1]-[OX2;!R:2]-[CX4;H2;!R:3]-[#6:4]>>[c:1]-[C:2]-[O:3]-[*:4]",
              "the ether oxygen moved away from the ring", "link", ("c1ccccc1OCCC", "c1ccccc1COCC")),
    Transform("benzylamine_to_anilide", "[c:1]-[CX4;H2;!R]-[NX3;H1;!R]-[#6;!$([#6]=O):2]>>[c:1]-[NH]-C(=O)-[*:2]",
              "an anilide is stiffer than a benzylamine and no base", "link", ("c1ccccc1CNCC", "c1ccccc1NC(=O)CC")),
)  # fmt: skip

RULES = (*_FROM_CARBON, *_FROM_OTHERS, *_AMIDES, *_LENGTH)
