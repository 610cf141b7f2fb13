"""What a molecule of a given size typically gets in a receptor, so that an affinity can be read beside it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from math import log
from pathlib import Path
from typing import Any

import numpy as np

from molgrad.errors import InputFileError, ReceptorError
from molgrad.receptors.encoding import decoded
from molgrad.receptors.receptor import BOX, Receptor, user_folder

LIGANDS = "molgrad's 30 reference ligands"  # drugs of 11 to 37 heavy atoms, in reference.smi
LEAST = 8  # affinities below which a line through them says nothing

# x of N heavy atoms; the fit is a + b x. Of those tried, `surface` predicted best what was left out of the pooled fit
# (1.024 kcal/mol; the others 1.025 to 1.04), and it grows ever slower, as a molecule's surface in a pocket does.
FORMS: Mapping[str, Callable[[float], float]] = {
    "constant": lambda heavy: 0.0,  # noqa: ARG005 - to see what size explains at all
    "linear": float,
    "surface": lambda heavy: float(heavy ** (2 / 3)),
    "logarithm": lambda heavy: log(heavy),
    "plateau": lambda heavy: float(min(heavy, 28)),  # where the chemist's own guess takes a pocket to be full
}
FORM = "surface"
FITTED = "vina"  # the engine of the fits below, and of a [size_fit] that names none


@dataclass(frozen=True, slots=True)
class SizeFit:
    """Expected affinity (kcal/mol) by heavy atoms.

    Attributes:
        form: one of `FORMS`.
        coefficients: a and b of a + b x, kcal/mol.
        sd: standard deviation of the affinities about it, kcal/mol.
        n: how many affinities it was fitted to.
        effort: how these were docked.
        ligands: which molecules they are of.
        source: where the fit is from, in words.
        engine: the docking program.
    """

    form: str
    coefficients: tuple[float, float]
    sd: float
    n: int
    effort: str = "standard"
    ligands: str = LIGANDS
    source: str = ""
    engine: str = FITTED

    def __post_init__(self) -> None:
        if self.form not in FORMS or len(self.coefficients) != 2 or not np.isfinite(self.coefficients).all():
            raise ValueError(f"no fit of size: {self.form!r} with coefficients {self.coefficients}")

    def expected(self, heavy: int) -> float:
        """The affinity that so many heavy atoms typically get, kcal/mol."""
        a, b = self.coefficients
        return a + b * FORMS[self.form](heavy)

    def residual(self, affinity: float, heavy: int) -> float:
        """Affinity minus the expected one, kcal/mol; negative is better than the size explains."""
        return affinity - self.expected(heavy)

    def to_json(self) -> dict[str, Any]:
        """Its fields as JSON."""
        return {**asdict(self), "coefficients": list(self.coefficients)}


def fit_size(heavy: Sequence[int], affinities: Sequence[float], form: str = FORM) -> SizeFit:
    """The least-squares fit of a form to affinities (kcal/mol) of molecules with so many heavy atoms.

    Raises:
        ValueError: fewer than eight, or all of one size.
    """
    if len(heavy) != len(affinities) or len(heavy) < LEAST or len(set(heavy)) < 3:
        raise ValueError(f"{len(affinities)} affinities of {len(set(heavy))} sizes are too few to fit")
    x, y = np.array([FORMS[form](n) for n in heavy]), np.asarray(affinities, dtype=float)
    spread = float(((x - x.mean()) ** 2).sum())
    b = float(((x - x.mean()) * (y - y.mean())).sum() / spread) if spread else 0.0
    a = float(y.mean() - b * x.mean())
    sd = float(np.sqrt(((y - a - b * x) ** 2).sum() / (len(y) - 2)))
    return SizeFit(form, (round(a, 4), round(b, 4)), round(sd, 3), len(y))


# benchmarks/size_fit.py on the rows of benchmarks/docking.py, 25 November 2026: 30 ligands, effort standard, seed 0,
# 22 Å boxes. The general fit is of all three; a receptor left out of it was predicted within 1.1 kcal/mol (RMS).
KNOWN: Mapping[str, SizeFit] = {
    "DRD2": SizeFit(FORM, (-2.9060, -0.6775), 1.058, 30, source="fitted to DRD2"),
    "F2": SizeFit(FORM, (-2.3994, -0.6249), 0.596, 30, source="fitted to F2"),
    "KIT": SizeFit(FORM, (-3.6948, -0.4656), 0.987, 30, source="fitted to KIT"),
}
GENERAL = SizeFit(FORM, (-3.0001, -0.5893), 0.997, 90, source="general: DRD2, F2 and KIT together")


def size_fit(receptor: Receptor, engine: str = FITTED) -> SizeFit | None:
    """The fit of a receptor: its own (`molgrad receptor calibrate`), else one in the table, else the general one.

    Args:
        receptor: from `load_receptor`.
        engine: name of the docking program whose affinities are meant. Table and general fit are of Vina.

    Returns:
        None where there is no fit for this engine.

    Raises:
        ReceptorError: the receptor's own fit cannot be read.
    """
    # The user's first: it may be a newer one of a receptor that came with a fit.
    places = dict.fromkeys((user_folder() / receptor.name / BOX, receptor.pdbqt.with_name(BOX)))
    for place in places:
        if place.is_file():
            stat = place.stat()
            found = _stored(place, receptor, engine, stat.st_mtime_ns, stat.st_size)
            if found is not None:
                return found
    if engine != FITTED:
        return None
    return KNOWN.get(receptor.name, GENERAL) if receptor.origin.startswith("DOCKSTRING target") else GENERAL


def fit_table(engine: str) -> str:
    """The table of a box.toml that holds the fit of an engine: each has its own."""
    return "size_fit" if engine == FITTED else f"size_fit_{engine}"


def is_of(data: Mapping[str, Any], receptor: Receptor) -> bool:
    """Whether a box.toml is about this very receptor and box.

    Raises:
        ValueError, TypeError, KeyError: it is no box.toml.
    """
    box = [tuple(float(x) for x in data[key]) for key in ("center", "size")]
    return _close(box, receptor) and data.get("pdbqt_sha256", receptor.sha256) == receptor.sha256


@lru_cache(maxsize=64)
def _stored(place: Path, receptor: Receptor, engine: str, _changed: int, _size: int) -> SizeFit | None:
    """The engine's fit of a box.toml, where that is about this very receptor and box."""
    name = fit_table(engine)
    try:
        data = tomllib.loads(decoded(place.read_bytes()))
        if name not in data:
            return None
        table = data[name]
        a, b = (float(x) for x in table["coefficients"])
        words = (str(table["effort"]), str(table["ligands"]), f"fitted to {receptor.name}")
        fit = SizeFit(str(table["form"]), (a, b), float(table["sd"]), int(table["n"]), *words, engine)
        return fit if is_of(data, receptor) else None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ReceptorError(
            f"{place}: [{name}] cannot be read ({error}); 'molgrad receptor calibrate {receptor.name}' writes it anew"
        ) from None


def _close(box: Sequence[tuple[float, ...]], receptor: Receptor) -> bool:
    own = (*receptor.box.center, *receptor.box.size)
    given = (*box[0], *box[1])
    return len(own) == len(given) and all(abs(x - y) < 1e-3 for x, y in zip(own, given, strict=True))


def reference_ligands() -> list[tuple[str, str]]:
    """(name, SMILES as written) of the 30 drugs that fits are made of.

    Raises:
        InputFileError: the file is not where it was installed.
    """
    path = Path(__file__).with_name("reference.smi")
    try:
        rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    except OSError as error:
        raise InputFileError(f"{path} cannot be read: {error.strerror}; install molgrad again") from None
    return [(name, smiles) for smiles, name in rows]
