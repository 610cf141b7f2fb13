"""Groups that fall apart in water, air, acid or on the shelf: never proposed by the optimizer.

Written for this project from general organic chemistry; each spares a marketed drug or a stable neighbour.
"""

# ruff: noqa: E501  # one group a line: a table that is read across, SMARTS beside reason and examples

from __future__ import annotations

from molgrad.chem.groups import Group

_U = "unstable"

# Nitrogen whose lone pair is not tied up by acyl, sulfonyl, phosphoryl or an aromatic ring.
_BASIC = "NX3;!$(N[#6,#16,#15]=[O,S]);!$(N-a);!$(N[CX3]=[NX2]);!$(NC#N)"
# Not the anomeric carbon of a pyranose or furanose (or a 1,3-oxathiolane nucleoside): those are held by the ring.
_NO_SUGAR = (
    "!$(C1O[CX4][CX4]([O,N])[CX4]([O,N])[CX4]1);!$(C1O[CX4][CX4][CX4]([O,N])[CX4]1[O,N]);!$(C1O[CX4][CX4]([O,N])[CX4]1)"
)

BONDS = (
    Group("peroxide", _U, "[OX2,OX1-][OX2]", "explodes, oxidises", "COOC", "COCOC(C)=O"),
    Group("halogen on N, O, P or S", _U, "[#7,#8,#15,SX2][F,Cl,Br,I]", "halogenates, hydrolyses", "CNCl", "NCCCCF"),
    Group("hypervalent or ionised halogen", _U, "[Cl,Br,I;!X1;!X0]", "oxidant", "CI(C)C", "Ic1ccccc1"),
    Group("azide", _U, "[#7X2]=[#7X2+]=[#7X1-]", "explosive in small molecules, reduced and clicked", "CCN=[N+]=[N-]", "CCn1ccnn1"),
    Group("diazo or diazonium", _U, "[$([#6]=[N+]=[N-]),$([#6-][N+]#N),$([#6][N+]#N)]", "loses nitrogen", "CC=[N+]=[N-]", "CC#N"),
    Group("aliphatic azo", _U, "[CX4][NX2]=[NX2]", "loses nitrogen to radicals", "CN=NC", "c1ccccc1N=Nc1ccccc1"),
    Group("azo beside a carbonyl", _U, "[NX2]=[NX2]-[CX3]=[OX1]", "a dienophile and oxidant", "O=C1N=NC(=O)N1C", "CC(=O)NN=C1CCNC1=O"),
    Group("four nitrogens in a row", _U, "[n;r6]:[n;r6]:[n;r6]:[n;r6]", "loses nitrogen", "Cc1nnnnc1C", "Cc1nnnn1C"),
    Group("two azoles bound by their nitrogens", _U, "[n;r5]-[n;r5]", "a weak bond, energetic", "c1cnn(-n2cccn2)c1", "c1cnn(-c2cc[nH]n2)c1"),
    Group("chain of three nitrogens", _U, "[#7;!a]-[#7;!a]~[#7;!a]", "loses nitrogen", "CN(C)N=NC", "c1c[nH]nn1"),
    Group("hydrazine", _U, f"[{_BASIC};!$(N=*)]-[{_BASIC}]", "oxidised by air to azo and radicals, toxic", "CNNC", "CC(=O)NN1CCCCC1"),
    Group("aryl hydrazine", _U, "a-[NX3;!$(N[#6,#16]=[O,S])]-[NX3;!$(N[#6,#16]=[O,S]);!R]", "oxidised by air, toxic", "c1ccccc1NN", "c1ccccc1NC"),
    Group("aryl hydrazine in a ring", _U, "a-[NX3;H1]-[NX3;H1;R]", "oxidised by air, toxic", "c1ccc2CNNc2c1", "CN1Nc2ccccc2C1=O"),
    Group("hydrazone of an aliphatic hydrazine", _U, f"[{_BASIC};!R]-[NX2]=[CX3;!R]", "hydrolyses", "CNN=CC", "CN1CCN(N=Cc2ccccc2)CC1"),
    # Also semicarbazones and imides' (nitrofurantoin, dantrolene). In a ring the bond is held (levosimendan's
    # pyridazinone), and between two acceptors the carbon takes up no water (its malononitrile, eltrombopag).
    Group("acyl- or arylhydrazone", _U, "[CX3;!$(C-[#7,#8,#16]);!$(C(C#N)C#N);!$(C(-[#6]=[O,N])-[#6]=[O,N])]=;!@[NX2]-[$([NX3][#6,#16]=[O,S]),$([NX3]-a),$(n)]", "hydrolyses to carbonyl and hydrazine, hits many assays", "CC(=O)NN=Cc1ccco1", "O=C1CCC(c2ccccc2)=NN1"),
    Group("hydroxylamine or alkoxyamine", _U, f"[{_BASIC};!$(N=*)]-[OX2]", "weak N-O bond, oxidised and reduced", "CNOC", "CC(=O)NO"),
    Group("aryl hydroxylamine", _U, "a-[NX3;!$(N[#6,#16]=[O,S])]-[OX2]", "oxidised to a nitroso arene, mutagenic", "CON(C)c1ccccc1", "O=C(N(O)c1ccccc1)C"),
    Group("nitrogen between two oxygens", _U, "[#7X3;!a](-[OX2])-[OX2]", "falls apart to nitroso and alcohol", "CON(C)OC", "CONC(=O)OC"),
    Group("acylated N-O", _U, "[#7X3][OX2][CX3]=O", "acylates, rearranges", "CC(=O)NOC(C)=O", "CC(=O)NOC"),
    Group("nitrate or nitrite ester", _U, "[OX2][$([N+](=O)[O-]),$([NX2]=O)]", "explosive, releases NO", "CO[N+](=O)[O-]", "Cc1ccccc1[N+](=O)[O-]"),
    Group("nitroso", _U, "[#6,#7,#16][NX2]=[OX1]", "mutagenic (nitrosamines), dimerises", "CN(C)N=O", "CC(C)=NO"),
    Group("N-nitro", _U, "[NX3][NX3+](=O)[O-]", "energetic", "CN[N+](=O)[O-]", "C[N+](=O)[O-]"),
    Group("isocyanide", _U, "[#6][NX2+]#[CX1-]", "binds metals, hydrolyses", "C[N+]#[C-]", "CC#N"),
    Group("thiol", _U, "[SX2H,SX1-;!$(S=*)]", "oxidised by air to disulfides", "CCS", "CCSC"),
    Group("disulfide or polysulfide", _U, "[SX2][SX2]", "exchanged with every thiol", "CSSC", "CSCCSC"),
    Group("sulfenamide or sulfenate", _U, "[SX2;!a][NX3,NX2,OX2;!a]", "weak bond, cleaved by thiols", "CSNC", "CS(=O)(=O)NC"),
    Group("sulfinic acid, ester or amide", _U, "[#6][SX3](=O)[OX2,OX1-,NX3]", "disproportionates, hydrolyses", "CS(=O)NC", "CS(C)=O"),
    Group("trivalent phosphorus", _U, "[PX3;!$(P=*)]", "oxidised by air", "CP(C)C", "CP(C)(C)=O"),
    Group("phosphorus hydride", _U, "[P;H1,H2,H3]", "oxidised by air", "CP(=O)OC", "CP(=O)(OC)OC"),
    Group("phosphorus ylide or imine", _U, "[PX4]=[#6,#7]", "hydrolyses", "CP(C)(C)=N", "CP(C)(C)=O"),
)  # fmt: skip

GEMINAL = (
    Group("gem-diol", _U, "[CX4]([OX2H])[OX2H]", "loses water to a carbonyl", "CC(O)O", "CC(O)CO"),
    Group("hemiacetal outside a sugar", _U, f"[CX4;{_NO_SUGAR}]([OX2H])[OX2;!H]", "opens to a carbonyl", "CC(O)OC", "OC1OCC(O)C(O)C1O"),
    Group("open-chain acetal", _U, "[CX4;!R;!$(C([F,Cl])[F,Cl])]([OX2;!$(O[#6,#15,#16]=O)])[OX2;!$(O[#6,#15,#16]=O)]", "hydrolyses in acid", "CC(OC)OC", "COCCOC"),
    Group("cyclic acetal of an aldehyde", _U, f"[CX4;R;H1,H2;{_NO_SUGAR}]([OX2;!$(O-a);!$(O[#6]=O);!H])[OX2;!$(O-a);!$(O[#6]=O);!H]", "hydrolyses in acid", "CC1OCCO1", "c1ccc2OCOc2c1"),
    Group("orthoester", _U, "[CX4;!$(CF)]([OX2])([OX2])[OX2]", "hydrolyses at once", "CC(OC)(OC)OC", "COC(F)(F)F"),
    Group("hemiaminal", _U, "[#7][CX4][OX2H]", "loses water or ammonia", "CC(O)NC", "CC(O)CN"),
    Group("N,O-acetal", _U, f"[{_BASIC}][CX4;!$(C1OC[CX4]([O,N])[CX4]1)][OX2;!H]", "hydrolyses to amine and carbonyl", "CN(C)COC", "CN(C)CCOC"),
    Group("aminal", _U, f"[{_BASIC}][CX4][{_BASIC}]", "hydrolyses to amine and carbonyl", "CN(C)CN(C)C", "CN(C)CCN(C)C"),
    Group("aminal of an arylamine", _U, "[NX3;$(N-a);!$(N[#6,#16,#15]=[O,S])][CX4][NX3;!$(N[#6,#16,#15]=[O,S]);!$(N[CX3]=[NX2]);!$(NC#N)]", "hydrolyses to amine and carbonyl", "CN1CCN(c2ccccc2)C1", "O=C1NCN(c2ccccc2)C12CCNCC2"),
    Group("N,O-acetal of an amide and a phenol", _U, "[NX3;$(N[#6,#16]=[O,S])][CX4;!$(CF)][OX2]-a", "the amide's nitrogen pushes the phenol out", "CC(=O)NC1CCc2ccccc2O1", "CC(C)(C)C(=O)C(Oc1ccc(Cl)cc1)n1ccnc1"),
    Group("open-chain aminal of an arylamine", _U, "[NX3;$(N-a);!$(N[#6,#16]=[O,S])][CX4;!R][#7]", "a Mannich base: hydrolyses to the arylamine", "O=c1ccccn1CNc1ccccc1", "O=S1(=O)NCNc2ccccc21"),
    Group("open-chain aminal of an amide", _U, "[NX3;!R;$(N[#6,#16]=[O,S])][CX4;!R][#7X3]", "a Mannich base: hydrolyses to the amide, an aldehyde and the other nitrogen's compound", "O=c1ccccn1CNC(C)=O", "O=c1ccccn1CCNC(C)=O"),
    Group("Mannich base of an azole", _U, f"[nX3][CX4;!R][{_BASIC}]", "hydrolyses to the azole, an aldehyde and the amine", "C(n1ccnc1)N1CCCCC1", "C(n1ccnc1)CN1CCCCC1"),
    Group("alpha-fluoro alcohol", _U, "[OX2H][CX4]F", "loses hydrogen fluoride", "OC(F)(F)c1ccccc1", "OCC(F)(F)c1ccccc1"),
    Group("aminal of a ring amine and an amide", _U, "[NX3;R;!$(N[#6,#16]=[O,S,N])]@[CX4;R]-!@[NX3;$(N[#6,#16]=[O,S])]", "the ring nitrogen pushes the amide out", "CC(=O)NC1CCCN1c1ccccc1", "CC(=O)NC1CCCN(C1)c1ccccc1"),
    Group("alpha-aminosulfone", _U, f"[{_BASIC}][CX4][SX4](=O)=O", "loses the sulfinate to an imine", "CC(N)S(=O)(=O)c1ccccc1", "NCCS(=O)(=O)c1ccccc1"),
    Group("N,S-acetal", _U, f"[{_BASIC}][CX4][SX2]", "hydrolyses to amine, thiol and carbonyl", "CN(C)CSC", "CC(=O)N1CCSC1"),
    Group("dithioacetal or O,S-acetal, open-chain", _U, "[CX4;!R;!$(C(F)F)]([SX2])[SX2,OX2;!$(O[#6]=O)]", "cleaved by acid and oxidation", "CSCSC", "CSCCSC"),
    Group("alpha-aminonitrile", _U, f"[{_BASIC}][CX4]C#N", "releases cyanide", "CN(C)CC#N", "CC(=O)NCC#N"),
    Group("cyanohydrin", _U, "[OX2H][CX4]C#N", "releases cyanide", "CC(O)C#N", "CC(O)CC#N"),
    Group("primary alpha-aminoketone", _U, "[NX3;H2][CX4;!H0][CX3;!$(C-[#7,#8,#16])](=O)[#6]", "two of them condense to a dihydropyrazine", "NCC(=O)c1ccccc1", "CC(NC(C)(C)C)C(=O)c1ccccc1"),
    Group("geminal dinitrile", _U, "[CX4](C#N)C#N", "a malononitrile: acidic, or loses cyanide", "CC(C#N)C#N", "N#CCCC#N"),
    Group("aminocyclopropane with an acceptor beside it", _U, f"[{_BASIC}][CX4;r3]1[CX4;r3][CX4;r3]1[$([CX3]=O),$(C#N),$([CX3]=[CX3]-[CX3]=O),$([CX3](=[CX3])-[CX3]=O)]", "a push-pull cyclopropane: opens to an iminium and an enolate", "NC1CC1C(=O)C", "NC1CC1c1ccccc1"),
    Group("tetralone with a leaving group", _U, "[$([CX4;!H0]1([#7,OX2,SX2,F,Cl])[CX4;!H0][CX3](=O)c:c[CX4;!H0]1),$([CX4;!H0]1([#7,OX2,SX2,F,Cl])[CX4;!H0][CX3](=O)[CX4;!H0]c:c1)]", "eliminates to a naphthol", "NC1CC(=O)c2ccccc2C1", "NC1CCc2ccccc2C1=O"),
    Group("cyano on N, O or S", _U, "[$([NX3;!$(N[CX3]=[NX2])]),OX2,SX2]-C#N", "cyanates thiols", "CN(C)C#N", "CNC(NC)=NC#N"),
    Group("carbamic acid", _U, "[#7X3][CX3](=O)[OX2H,OX1-]", "loses carbon dioxide", "CNC(=O)O", "CNC(=O)OC"),
    Group("beta-keto acid or malonic half-acid", _U, "[OX2H,OX1-][CX3](=O)[CX4;H1,H2][CX3](=O)[#6,OX2]", "loses carbon dioxide", "CC(=O)CC(=O)O", "CC(=O)CCC(=O)O"),
)  # fmt: skip

# The far carbon of an enol or enamine, without the acceptor that would make it a stable push-pull system.
_FREE = (
    "CX3;!a;!$([CX3]-[CX3]=[O,S,N]);!$([CX3]-C#N);!$([CX3]-[SX4](=O)=O);!$([CX3]-[NX3+](=O)[O-]);!$([CX3]-[SX3]=O);"
    "!$([CX3]-c=[O,S])"
)
UNSATURATED = (
    Group("enol", _U, f"[OX2H][CX3;!a;!$(C-C=O)]=[{_FREE}]", "tautomer of a carbonyl", "CC(O)=CC", "CC(O)=CC(C)=O"),
    Group("hydroxyfuran, -thiophene or -pyrrole", _U, "[OX2H]-c1ccc[o,s,$([nX3])]1", "tautomer of a lactone, thiolactone or lactam", "Oc1cccs1", "Oc1ccon1"),
    Group("aminofuran", _U, "[NX3;!$(N[#6,#16]=[O,S])]-c1ccco1", "ring-opens in acid and air", "Nc1ccco1", "Nc1ccon1"),
    Group("thioenol", _U, f"[SX2H][CX3;!a]=[{_FREE}]", "tautomer of a thiocarbonyl", "CC(S)=CC", "CSC=CC#N"),
    Group("enamine", _U, f"[NX3+0;!$(N[#6,#16]=[O,S,N]);!$(N[CX3]=[NX2])][CX3;!a;!$(C=[CX3]-C=O)]=[{_FREE}]", "hydrolyses to amine and carbonyl", "CN(C)C=CC", "CNC=CC(C)=O"),
    Group("enol ether", _U, f"[OX2;!H;!$(O[#6]=O);!$(O-[#15,#16])]-[CX3;!a;!$(C-[CX3]=[O,N])]=[{_FREE};!$(C-c)]", "hydrolyses in acid", "COC=CC", "COC=CC(C)=O"),
    Group("enol ester", _U, "[CX3](=O)[OX2;!R][CX3;!a]=[CX3]", "acylates, hydrolyses to a ketone", "CC(=O)OC(C)=CC", "CC(=O)OCC=C"),
    Group("imine", _U, "[CX3;!R;$([CH][#6]),$(C([#6])[#6]),$([CH2])]=[NX2;!R;$(N[#6]),$([NH])]", "hydrolyses to carbonyl and amine", "CC=NC", "CC(=NO)C"),
    Group("imine (exocyclic to a ring)", _U, "[CX3;R;$(C([#6])[#6])]=[NX2;!R;$(N[#6]),$([NH])]", "hydrolyses to ketone and amine", "CN=C1CCCCC1", "CON=C1CCCCC1"),
    Group("cyclic imine without conjugation", _U, "[CX3;R;!$(C-a);!$(C-[#7,#8,#16]);!$(C=[N]-[#7,#8,#16]);!$(C-C=[C,O])]=[NX2;R]", "adds water, oligomerises", "CC1=NCCC1", "CN1C(=O)CN=C(c2ccccc2)c2ccccc21"),
    Group("open-chain imidate", _U, "[CX3;!R](=[NX2;!R;!$(N-[#7,#8,#16]);!$(NC#N)])([#6])[OX2,SX2]", "hydrolyses to an ester", "COC(C)=NC", "CC1=NCCO1"),
    Group("conjugated diyne", _U, "[CX2]#[CX2][CX2]#[CX2]", "polymerises", "CC#CC#CC", "CC#CCC#CC"),
    Group("terminal diene", _U, "[CX3H2]=[CX3;!R]-[CX3;!R]=[CX3;!R]", "polymerises, adds in Diels-Alder fashion", "C=CC=CC", "C=CCC=C"),
    Group("open-chain polyene", _U, "[CX3;!R]=[CX3;!R]-[CX3;!R]=[CX3;!R]-[CX3;!R]=[CX3;!R]", "oxidised by air and light", "CC=CC=CC=CC", "CC=CC=CC"),
    Group("carbanion or carbocation", _U, "[$([#6-;!$(C#[N+])]),$([#6+])]", "not a species to dock", "[CH2-]C", "CC"),
)  # fmt: skip

UNSTABLE = (*BONDS, *GEMINAL, *UNSATURATED)
