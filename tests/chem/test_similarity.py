"""Similarity: symmetric, 1 on itself, and environments counted by hand."""

from molgrad.chem.similarity import count_fingerprint, fingerprint, scaffold, tanimoto
from tests.chem.drugs import DRUGS

SAMPLE = [DRUGS[name] for name in ("aspirin", "gefitinib", "erlotinib", "morphine", "naloxone")]


def test_identity_and_symmetry():
    assert tanimoto(SAMPLE[0], "OC(=O)c1ccccc1OC(C)=O") == 1.0
    assert tanimoto(SAMPLE[1], SAMPLE[2]) == tanimoto(SAMPLE[2], SAMPLE[1])
    assert tanimoto(SAMPLE[1], SAMPLE[2]) > tanimoto(SAMPLE[1], SAMPLE[3])


def test_environments_are_counted():
    counts = count_fingerprint("CCCC")
    # Four atoms, four with their neighbours; the two middle atoms reach all of it and count once.
    assert sum(counts.values()) == 4 + 4 + 1
    assert list(counts) == sorted(counts)
    assert max(counts.values()) == 2


def test_names_of_a_molecule():
    assert fingerprint(SAMPLE[0]).GetNumBits() == 2048
    assert scaffold(SAMPLE[0]) == "c1ccccc1"
    assert scaffold("CCO") == ""
