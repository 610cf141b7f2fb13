"""Groups and attachment patterns that several families of transformations share, named once."""

from __future__ import annotations

# A small substituent that a chemist exchanges whole: terminal atoms (halogen, methyl, OH, NH2) and the usual
# two- to four-atom groups, without rings. Unmatched atoms behind it leave with it.
SMALL = (
    "$([F,Cl,Br,I,CH3,OH,NH2;D1]),$([OD2][CH3]),$([NH]-[CH3]),$([ND3]([CH3])[CH3]),$([SD2][CH3]),"
    "$(C([F,Cl])(F)F),$(O[CX4](F)F),$(C#[ND1]),$([CX3](=O)[NH2,OH]),$([CX3](=O)[O,N][CH3]),$([CX3](=O)[CH3]),"
    "$([NX3](=O)=O),$([N+](=O)[O-]),$([SX4](=O)(=O)[CH3,NH2]),$([CH2][CH3,OH,F;D1]),$([CH]([CH3])[CH3]),"
    "$(C([CH3])([CH3])[CH3]),$([CH2]O[CH3]),$(O[CH2][CH3]),$(N[CX3](=O)[CH3]),$([CH]=[OD1])"
)

# Terminal rings: one exit vector, everything else in the ring bears no substituent.
ARYL6 = "$([c]1:[c,n;D2]:[c,n;D2]:[c,n;D2]:[c,n;D2]:[c,n;D2]:1)"
ARYL5 = "$([c,n]1:[c,n,o,s;D2]:[c,n,o,s;D2]:[c,n,o,s;D2]:[c,n,o,s;D2]:1)"
HALOPHENYL = "$([c]1:[c;$([cH]),$(c-[F,Cl,Br])]:[c;$([cH]),$(c-[F,Cl,Br])]:[c;$([cH]),$(c-[F,Cl,Br])]" \
    ":[c;$([cH]),$(c-[F,Cl,Br])]:[c;$([cH]),$(c-[F,Cl,Br])]:1)"  # fmt: skip
CYCLOALKYL = (
    "$([CX4;R]1[CH2][CH2]1),$([CX4;R]1[CH2][CH2][CH2]1),$([CX4;R]1[CH2][CH2][CH2][CH2]1),"
    "$([CX4;R]1[CH2][CH2][CH2][CH2][CH2]1)"
)
# A saturated cyclic amine bound through its nitrogen, without further substituents but N-methyl.
CYCLIC_AMINE = (
    "$([NX3;R]1[CH2][CH2][CH2]1),$([NX3;R]1[CH2][CH2][CH2][CH2]1),$([NX3;R]1[CH2][CH2][CH2][CH2][CH2]1),"
    "$([NX3;R]1[CH2][CH2][O,S,NH][CH2][CH2]1),$([NX3;R]1[CH2][CH2]N([CH3])[CH2][CH2]1)"
)
