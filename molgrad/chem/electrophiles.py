"""Groups that react with protein, water or each other as electrophiles: never proposed by the optimizer.

Written for this project from general organic chemistry; each spares a marketed drug or a stable neighbour.
"""

# ruff: noqa: E501  # one group a line: a table that is read across, SMARTS beside reason and examples

from __future__ import annotations

from molgrad.chem.groups import Group

_R = "reactive"

# Carbon that is activated as an acceptor: carbonyl, nitrile, sulfonyl or nitro.
_EWG = "$([CX3]=[O,S]),$(C#N),$([SX4](=O)=O),$([SX3]=O),$([NX3+](=O)[O-])"

ACYLATING = (
    Group("acyl halide", _R, "[CX3](=[OX1,SX1])[F,Cl,Br,I]", "acylates any amine, alcohol or water", "CC(=O)Cl", "CC(=O)CCF"),
    Group("imidoyl halide", _R, "[CX3](=[NX2])[F,Cl,Br,I]", "hydrolyses and acylates", "CC(Cl)=NC", "Clc1ccccn1"),
    Group("sulfonyl or sulfinyl halide", _R, "[SX3,SX4](=O)[F,Cl,Br,I]", "sulfonylates amines and serines", "CS(=O)(=O)Cl", "CS(=O)(=O)C(F)(F)F"),
    Group("anhydride", _R, "[#6X3](=[OX1])[#8X2][#6X3](=[OX1])", "acylates amines and water", "CC(=O)OC(C)=O", "CC(=O)NC(C)=O"),
    Group("aldehyde", _R, "[CX3H1](=[OX1])[#6]", "forms Schiff bases and oxidises", "CC=O", "CNC=O"),
    Group("formate ester", _R, "[CX3H1](=[OX1])[OX2]", "hydrolyses at once", "CCOC=O", "CCOC(C)=O"),
    Group("isocyanate, ketene or other cumulated double bonds", _R, "[#6,#7]=[CX2]=[*]", "adds any nucleophile", "CN=C=O", "CC(=O)C=C(C)N"),
    Group("thioester", _R, "[#6][CX3](=[OX1])[SX2]", "acylates thiols and amines, hydrolyses", "CC(=O)SC", "CN1C(=O)CSC1=O"),
    Group("thiocarbonyl", _R, "[CX3](=[SX1])([#6,#1])[#6,#1,OX2,SX2]", "enolises, oxidises, exchanges sulfur", "CC(=S)C", "CC(=S)N"),
    Group("acyl or sulfonyl cyanide", _R, "[$([CX3]=[OX1,SX1]),$([SX3,SX4]=O)]-C#N", "acylates or cyanates amines and thiols", "N#CC(=O)c1ccccc1", "N#CCC(=O)c1ccccc1"),
    Group("aryl carbonate", _R, "[OX2;!H][CX3](=[OX1])[OX2]-a", "acylates amines and serines", "CCOC(=O)Oc1ccccc1", "CCOC(=O)OCc1ccccc1"),
    Group("beta-lactone", _R, "O=C1OCC1", "strained ester: acylates serines", "O=C1OCC1", "O=C1OCCC1"),
    Group("active ester (N-O, nitro- or polyfluorophenyl, pyridyl, hexafluoropropyl)", _R, "[CX3](=[OX1])[OX2][$([#7;!$([#7]=*);!$([n])]),$(c1ccc([N+](=O)[O-])cc1),$(c1ccccc1[N+](=O)[O-]),$(c1c(F)c(F)c(F)c(F)c1F),$(c1ccncc1),$(c1ccccn1),$([CX4](C(F)(F)F)C(F)(F)F)]",
          "acylates amines and serines", "CC(=O)ON1C(=O)CCC1=O", "CC(=O)Oc1ccccc1"),
    Group("N-acyl azole", _R, "[CX3](=[OX1])([#6,#7,#8])-[n;r5;$(n:[n]),$(n:[c;!$(c=O)]:n)]", "acylates like imidazolide reagents", "CC(=O)n1ccnc1", "CC(=O)n1ccc2ccccc12"),
    Group("N-sulfonyl azole", _R, "[SX4](=O)(=O)-[n;r5;$(n:[n]),$(n:[c;!$(c=O)]:n)]", "sulfonylates amines and serines", "CS(=O)(=O)n1ccnc1", "CS(=O)(=O)n1ccc2ccccc12"),
    Group("aryl carbamate with N-H", _R, "[NX3;H1,H2][CX3;!R](=[OX1])[OX2]-a", "loses the phenol and leaves an isocyanate, carbamoylates serines", "CNC(=O)Oc1ccccc1", "CN(C)C(=O)Oc1ccccc1"),
    Group("chloroformate or carbonic ester of an acid", _R, "[OX2H,OX1-][CX3](=O)[OX2,SX2]", "loses carbon dioxide", "COC(=O)O", "COC(=O)OC"),
)  # fmt: skip

ALKYLATING = (
    Group("alkyl iodide or bromide", _R, "[CX4][I,Br]", "alkylates thiols and amines", "CCBr", "Brc1ccccc1"),
    Group("primary alkyl chloride", _R, "[CX4;H2]([#6])[Cl]", "alkylates (mustards, chloromethyl groups)", "CCCl", "CC(C)(C)Cl"),
    Group("benzylic, allylic or alpha-carbonyl chloride", _R, "[CX4;!$(C(Cl)Cl);$(Cc),$(C[CX3]=[#6,O])][Cl]", "activated for substitution", "CC(Cl)c1ccccc1", "CC(C)(Cl)CC"),
    Group("fluoromethyl ketone", _R, "[CX4;H2](F)[CX3](=O)[#6]", "alkylates cysteines", "CC(=O)CF", "CC(=O)C(F)(F)F"),
    Group("halogen beside N, O or S", _R, "[NX3,OX2,SX2;!$(*-[#6]=[O,S])][CX4;!$(C(F)F)][Cl,Br,I]", "ionises at once: hydrolyses, alkylates", "COCCl", "COC(F)F"),
    Group("fluorine beside an amine", _R, "[NX3;!$(N[#6,#16]=[O,S])][CX4]F", "expels fluoride", "CN(C)CF", "CN(C)CCF"),
    Group("one fluorine beside an amide or in a ring beside an ether", _R, "[$([NX3;$(N[#6,#16]=[O,S])]),$([OX2;R])][CX4;!$(C(F)F)]F", "ionises: expels fluoride", "CC(=O)N1CCCC1F", "COCF"),
    Group("trichloro- or tribromomethyl", _R, "[CX4]([Cl,Br])([Cl,Br])[Cl,Br]", "radical and haloform chemistry, toxic", "CC(Cl)(Cl)Cl", "CC(F)(F)F"),
    Group("epoxide, aziridine or thiirane", _R, "[CX4]1[O,N,S][CX4]1", "strained ring opened by nucleophiles", "C1CO1", "C1CCO1"),
    Group("alkyl sulfonate or sulfate", _R, "[#6,OX2][SX4](=O)(=O)[OX2][CX4]", "alkylates like a mesylate", "CS(=O)(=O)OCC", "NS(=O)(=O)OCC"),
    Group("triflate", _R, "FC(F)(F)S(=O)(=O)[OX2][#6]", "leaving group", "c1ccccc1OS(=O)(=O)C(F)(F)F", "CS(=O)(=O)Oc1ccccc1"),
    Group("sulfonium or phosphonium", _R, "[$([SX3+]([#6])([#6])[#6]),$([PX4+])]", "alkylates or forms ylides", "C[S+](C)CC", "C[N+](C)(C)C"),
    Group("activated aryl halide (triazine)", _R, "[F,Cl,Br,I]-c1ncncn1", "substituted by amines and thiols (SNAr)", "Clc1ncncn1", "Nc1ncncn1"),
    Group("activated 2-halopyrimidine", _R, "[F,Cl,Br,I]-c1n[c;!$(c-[N,O,S])]c[c;!$(c-[N,O,S])]n1", "substituted by amines and thiols (SNAr)", "Clc1ncccn1", "Nc1ccnc(Cl)n1"),
    Group("activated 4-halopyrimidine", _R, "[F,Cl,Br,I]-c1n[c;!$(c-[N,O,S])]n[c;!$(c-[N,O,S])]c1", "substituted by amines and thiols (SNAr)", "Clc1ccncn1", "Fc1cncnc1"),
    Group("halogen on an oxadiazole, thiadiazole or tetrazole", _R, "[F,Cl,Br,I]-[$(c1nnc[o,s]1),$(c1ncn[o,s]1),$(c1ncno1),$(c1nc[o,s]n1),$(c1nnnn1)]", "substituted by amines and thiols (SNAr)", "Clc1nnco1", "Clc1ncco1"),
    Group("sulfone on an electron-poor azole or a pyrimidine", _R, "[#6][SX4](=O)(=O)-[$(c1ncccn1),$(c1nnc[o,s]1),$(c1nnnn1),$(c1nc2ccccc2[o,s]1)]", "substituted by thiols (SNAr)", "CS(=O)(=O)c1ncccn1", "CS(=O)(=O)c1ccccn1"),
    Group("nitro-activated aryl halide", _R, "[F,Cl,Br]-c1c([N+](=O)[O-])cc([$([N+](=O)[O-]),$(C#N),$(S(=O)=O)])cc1", "arylates amines and thiols (SNAr)", "Fc1c([N+](=O)[O-])cc([N+](=O)[O-])cc1", "Fc1c([N+](=O)[O-])cccc1"),
)  # fmt: skip

# Acrylamides, butynamides, cinnamates and steroid enones stand in approved drugs and are spared; these are hotter.
MICHAEL = (
    Group("unsubstituted vinyl acceptor", _R, f"[CX3H2]=[CX3;!$(C-C(=O)[#7])][{_EWG}]", "polymerises, adds thiols", "C=CC(C)=O", "C=CC(=O)NC"),
    Group("vinyl azine", _R, "[CX3H2]=[CX3]-c:[n;r6]", "adds thiols like an enone", "C=Cc1ccccn1", "C=Cc1ccccc1"),
    Group("open-chain enone", _R, "[#6][CX3;!R](=O)[CX3;!R]=[CX3;!R;H1,H2;!$(C-[N,O,S])]", "adds thiols (chalcone type)", "CC(=O)C=Cc1ccccc1", "CC(=O)C=CN(C)C"),
    Group("indenone", _R, "O=C1[CX3;H1,$(C-[#6])]=[CX3;H1,$(C-[#6;!$([#6]=O)])]c:c1", "strained enone: adds thiols, dimerises", "O=C1C=Cc2ccccc12", "O=C1CCc2ccccc12"),
    Group("vinylogous acyl halide", _R, "[CX3;!a](=O)[CX3;!a]=[CX3;!a][F,Cl,Br,I]", "adds a thiol and expels the halide", "CC(=O)C=C(C)Cl", "CC(=O)C(Cl)=CN(C)C"),
    Group("doubly activated alkene", _R, "[CX3;H1,H2;!$(C-[#7,#8,#16])]=[CX3]([$(C#N)])[$(C#N),$([CX3;!$(C-[#7])]=O),$([SX4](=O)=O)]", "very reactive acceptor", "N#CC(C#N)=Cc1ccccc1", "N#CC(=Cc1ccccc1)C(=O)N(C)C"),
    Group("alkylidene of a dicarbonyl", _R, "[CX3;!R;H1,H2;!$(C-[#7,#8,#16])]=[CX3;!$(C1C(=O)[#7]c2ccccc12)]([CX3]=O)[CX3;!$(C(=O)[#7])]=O", "very reactive acceptor", "CC(=O)C(=CC)C(C)=O", "CC(=O)CC(C)=O"),
    Group("nitroalkene", _R, "[CX3;!$(C-[#7])]=[CX3;!$(C=C-[#7])][NX3+](=O)[O-]", "adds thiols at once", "CC=C[N+](=O)[O-]", "CNC(NC)=C[N+](=O)[O-]"),
    Group("trifluorovinyl", _R, "[CX3](F)(F)=[CX3]F", "adds nucleophiles at once", "FC(F)=C(F)c1ccccc1", "FC(F)=Cc1ccccc1"),
    Group("maleimide", _R, "O=C1[CX3;H1,H0]=[CX3;H1][CX3](=O)[NX3]1", "adds thiols at once", "O=C1C=CC(=O)N1C", "O=C1CCC(=O)N1C"),
    Group("quinone with a free position", _R, "[#6]1(=O)[CX3;H1]=[#6][#6](=O)[#6]~[#6]1", "adds thiols, cycles redox", "O=C1C=CC(=O)C=C1", "O=C1c2ccccc2C(=O)c2ccccc12"),
    Group("ortho-quinone", _R, "[#6]1(=O)[#6](=O)[CX3]=[CX3][#6]~[#6]1", "adds amines, cycles redox", "O=C1C(=O)C=CC=C1", "Oc1ccccc1O"),
    Group("ynone, ynoate or alkynyl sulfone", _R, "[CX2]#[CX2][$([CX3;!$(C-[#7])]=O),$([SX4](=O)=O)]", "adds thiols at once", "CC#CC(C)=O", "CC#CC(=O)NC"),
    Group("haloalkyne, ynamine, ynol ether or alkynyl sulfide", _R, "[CX2]#[CX2][Cl,Br,I,NX3,OX2,SX2]", "adds water and thiols", "CC#CCl", "CC#CCN"),
    Group("1,2-diketone", _R, "[#6;!$([#6]-[#7])][CX3;!$(C1C(=O)c2ccccc21)](=O)[CX3](=O)[#6]", "condenses with amines and arginine", "CC(=O)C(C)=O", "CC(=O)C(=O)N"),
)  # fmt: skip

ELECTROPHILES = (*ACYLATING, *ALKYLATING, *MICHAEL)
