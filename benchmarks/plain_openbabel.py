"""Open Babel's own charges at pH 7.4: SMILES on stdin, a line of SMILES each on stdout, the version first.

A file of its own, so that it runs with any Python: `PYTHON benchmarks/plain_openbabel.py < FILE`.
"""

from __future__ import annotations

import sys

from openbabel import openbabel


def main() -> None:
    openbabel.obErrorLog.SetOutputLevel(-1)
    conversion = openbabel.OBConversion()
    conversion.SetInAndOutFormats("smi", "can")
    print(openbabel.OBReleaseVersion())
    for line in sys.stdin:
        mol = openbabel.OBMol()
        conversion.ReadString(mol, line.strip())
        mol.CorrectForPH(7.4)
        print(conversion.WriteString(mol, True).split("\t")[0])


if __name__ == "__main__":
    main()
