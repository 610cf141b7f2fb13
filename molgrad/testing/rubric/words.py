"""The words that questions and codes are made of. A sample's phrases say nothing about its codes."""

from __future__ import annotations

from molgrad.testing.rubric.draws import shuffled

PHRASES = (
    "hygroscopic", "light-sensitive", "older than a year", "made in Basel", "sent on dry ice", "kept under argon",
    "purified by crystallization", "weighed by robot", "a hydrochloride salt", "a racemate", "dissolved in DMSO",
    "flagged by the storeroom", "from the kilogram lab", "returned by a partner", "labelled with tritium",
    "a slurry", "in an amber vial", "without a spectrum", "a reference standard", "needed by toxicology",
    "shipped by courier", "below ten milligrams", "from a combinatorial set", "stored at the annex",
    "tested in duplicate", "bought from a vendor", "a prodrug", "covalently reactive", "fluorescent", "a macrocycle",
)  # fmt: skip
_ONSETS, _VOWELS = "bdfgklmnprstvz", "aeiou"


def codes(seed: int, count: int) -> list[str]:
    """Distinct codes such as `dav-17`."""
    stems = [a + v + b for a in _ONSETS for v in _VOWELS for b in _ONSETS]
    numbers = shuffled([str(n) for n in range(11, 98)], seed, "numbers")
    return [f"{stem}-{number}" for stem, number in zip(shuffled(stems, seed, "stems"), numbers, strict=False)][:count]


def phrases(seed: int, count: int) -> list[str]:
    """Distinct things that a question may say of its sample."""
    return shuffled(PHRASES, seed, "phrases")[:count]


def names(seed: int, count: int) -> list[str]:
    """Distinct names of samples, of one length, so that none is part of another."""
    letters = "CDHKLMNRST"
    return [f"{letters[n % 10]}-{n}" for n in shuffled(range(100, 1000), seed, "names")[:count]]
