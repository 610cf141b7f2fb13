"""Which candidates a filter of purchasable molecules knows; run by `benchmarks.blocks` in an environment of its own.

    python3.11 -m venv sold && sold/bin/pip install rdkit==2022.9.5 'numpy<2' molbloom==3.2.0

molbloom's filter in its wheel holds the 9.2 million compounds that ZINC20 had in stock, as SMILES that an RDKit of 2022
wrote; a newer RDKit writes many in another way, and these would not be found. Reads a SMILES a line from the standard
input; writes those that are known: the SMILES, how many forms were asked for, and the forms that are known.
"""

import sys

import molbloom
from rdkit import Chem, RDLogger
from rdkit.Chem.EnumerateStereoisomers import EnumerateStereoisomers, StereoEnumerationOptions

FILTER = "zinc-instock-mini"
FORMS = StereoEnumerationOptions(maxIsomers=4, onlyUnassigned=True, unique=True)


def known(mol):
    written = Chem.MolToSmiles(mol, kekuleSmiles=True)  # as the filter was made
    return molbloom.buy(written, catalog=FILTER, canonicalize=False, check_common=False)


def forms_of(mol):
    """The molecule as drawn, and with each configuration of its open centres."""
    stereo = Chem.FindPotentialStereo(mol)
    is_open = any(one.specified == Chem.StereoSpecified.Unspecified for one in stereo)
    return [mol, *(EnumerateStereoisomers(mol, options=FORMS) if is_open else ())]


def main():
    RDLogger.DisableLog("rdApp.*")
    for line in sys.stdin:
        smiles = line.strip()
        mol = Chem.MolFromSmiles(smiles)
        forms = forms_of(mol) if mol is not None else []
        if found := [Chem.MolToSmiles(one) for one in forms if known(one)]:
            print(smiles, len(forms), *found, sep="\t")


if __name__ == "__main__":
    main()
