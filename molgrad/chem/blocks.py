"""Building blocks of druglike molecules: ring systems, linkers and end groups that a supplier's catalogue holds.

Written for this project from what is common in marketed drugs. `*` is a place of attachment; the first one of a ring
system is where it is joined to what comes before. Positions are those that a usual coupling (amide, Suzuki,
Buchwald, SNAr, alkylation) gives.
"""

from __future__ import annotations

AROMATIC = (
    "*c1ccc(*)cc1", "*c1cccc(*)c1", "*c1ccccc1*", "*c1ccc(F)c(*)c1", "*c1cc(*)ccc1F", "*c1ccc(*)nc1", "*c1cncc(*)c1",
    "*c1cccc(*)n1", "*c1ccncc1*", "*c1ccnc(*)c1", "*c1cnc(*)nc1", "*c1ccnc(*)n1", "*c1ccc(*)nn1", "*c1cnc(*)cn1",
    "*c1ccc(*)s1", "*c1cnc(*)s1", "*c1csc(*)n1", "*c1cnc(*)o1", "*c1cc(*)no1", "*c1nc(*)no1", "*c1noc(*)n1",
    "*c1nnc(*)o1", "*n1cc(*)cn1", "*c1cc(*)n(C)n1", "*c1ccn(*)n1", "*n1cnc(*)c1", "*c1cn(C)c(*)n1", "*n1cc(*)nn1",
    "*c1cnn(*)c1", "*n1ccc(*)cc1=O", "*c1ccc(*)[nH]c1=O", "*c1ccn(*)c(=O)c1",
)  # fmt: skip
FUSED = (
    "*c1c[nH]c2ccc(*)cc12", "*n1ccc2cc(*)ccc21", "*c1cc2cc(*)ccc2[nH]1", "*c1n[nH]c2ccc(*)cc12", "*n1ncc2cc(*)ccc21",
    "*c1ccc2[nH]nc(*)c2c1", "*c1nc2cc(*)ccc2[nH]1", "*n1cnc2cc(*)ccc21", "*c1cc2cc(*)ccc2o1", "*c1nc2cc(*)ccc2s1",
    "*c1nc2cc(*)ccc2o1", "*c1ccc2cc(*)ccc2n1", "*c1ccnc2cc(*)ccc12", "*c1nccc2cc(*)ccc12", "*c1ncnc2cc(*)ccc12",
    "*c1cnc2cc(*)ccc2n1", "*c1ccc2cc(*)ccc2c1", "*c1cccc2ccccc12", "*c1cn2cc(*)ccc2n1", "*c1cnn2ccc(*)nc12",
    "*c1c[nH]c2ncc(*)cc12", "*c1ccc2CCCc2c1", "*c1ccc2CCCCc2c1", "*c1ccc2OCCc2c1", "*c1ccc2OCOc2c1", "*c1ccc2OCCOc2c1",
    "*c1cccc2OCCc12", "*c1cccc2CCCc12", "*N1CCc2cc(*)ccc12", "*N1CCc2cc(*)ccc2C1", "*N1CCCc2cc(*)ccc12",
    "*N1Cc2ccc(*)cc2C1", "*N1Cc2ccccc2C1=O", "*c1ccc2NC(=O)Cc2c1", "*c1ccc2NC(=O)CCc2c1", "*c1nc2ccccc2c(=O)[nH]1",
    "*n1cnc2ccc(*)cc2c1=O", "*c1ccc2c(c1)CN(*)CC2", "*C1Cc2ccc(*)cc2C1", "*C1CCc2cc(*)ccc2C1", "*C1CCc2ccccc2O1",
    "*C1COc2ccc(*)cc2C1", "*C1COc2ccccc2O1", "*c1ccc2C(=O)CCCc2c1", "*c1ccc2C(=O)CCc2c1", "*c1ccc2OCCC(=O)c2c1",
    "*N1CCOc2ccc(*)cc12", "*N1C(=O)COc2ccc(*)cc12", "*c1ccc2OCC(=O)Nc2c1", "*c1ccc2OCCCc2c1", "*c1cccc2CCCCc12",
)  # fmt: skip
SATURATED = (
    "*N1CCC(*)CC1", "*C1CCN(*)CC1", "*N1CCN(*)CC1", "*N1CCOCC1", "*N1CCCC1", "*N1CC(*)C1", "*C1CCCCC1", "*C1CCC1",
    "*C1CC1", "*C1CCCC1", "*C1CCOCC1", "*N1CCS(=O)(=O)CC1", "*N1CCCC1=O", "*C1COC1", "*N1CCN(C)C(=O)C1",
    "*N1CCCCC1", "*N1CC2(C1)COC2", "*C1CN(*)C1", "*N1CCC(F)(F)CC1", "*N1CCCN(*)CC1",
)  # fmt: skip
LINKERS = (
    "", "", "*C(=O)N*", "*NC(=O)*", "*C*", "*O*", "*CO*", "*OC*", "*N*", "*NC*", "*CN*", "*S(=O)(=O)N*",
    "*NS(=O)(=O)*", "*CC*", "*C(=O)*", "*NC(=O)N*", "*CC(=O)N*", "*NC(=O)C*", "*C(=O)NC*", "*CNC(=O)*", "*S(=O)(=O)*",
    "*C(=O)N(C)*", "*C(C)(C)*", "*CCO*",
)  # fmt: skip  # "" joins two rings directly; it stands twice, as biaryls do in drugs
ENDS = (
    "*F", "*Cl", "*C", "*OC", "*C(F)(F)F", "*C#N", "*C(C)C", "*N(C)C", "*C1CC1", "*OC(F)F", "*C(N)=O", "*S(C)(=O)=O",
    "*CO", "*CN(C)C", "*C(=O)N(C)C", "*NC(C)=O", "*C(C)(C)O", "*O", "*CC", "*C(=O)NC",
)  # fmt: skip
