"""What size explains: fits by hand and by numpy, where they are kept, and what calibrating writes."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from molgrad.chem.parse import parse
from molgrad.cli.calibrate import run_calibrate
from molgrad.docking.request import DockSettings
from molgrad.docking.result import DockResult
from molgrad.docking.studies.calibrate import calibrate, place_of_fit, write_fit
from molgrad.errors import DockingError, ReceptorError
from molgrad.evaluation import Status
from molgrad.receptors.receptor import Box, Receptor, load_receptor
from molgrad.receptors.size import FORMS, GENERAL, KNOWN, SizeFit, fit_size, reference_ligands, size_fit


class Sized:
    """Docks everything at -2 - 0.6 N^(2/3) kcal/mol, the last first; fails what it is told to."""

    def __init__(self, fails: int = 0) -> None:
        self.fails = fails

    def stream(self, smiles: Sequence[str]) -> Iterator[tuple[int, DockResult]]:
        for i, text in reversed(list(enumerate(smiles))):
            if i < self.fails:
                yield i, DockResult(text, status=Status.FAILED, reason="no memory")
            else:
                yield i, DockResult(text, affinity=-2.0 - 0.6 * parse(text).GetNumHeavyAtoms() ** (2 / 3))


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Receptor:
    """A receptor of the user's, a copy of 1ia1 without its fit."""
    monkeypatch.setenv("MOLGRAD_RECEPTORS", str(tmp_path / "receptors"))
    folder = tmp_path / "receptors" / "mine"
    shutil.copytree(load_receptor("1ia1").pdbqt.parent, folder)
    (folder / "box.toml").write_text((folder / "box.toml").read_text().partition("\n[size_fit]")[0])
    return load_receptor("mine")


@pytest.mark.parametrize("form", ["linear", "surface", "logarithm", "plateau"])
def test_a_fit_is_numpys(form: str) -> None:
    heavy = [8, 11, 14, 17, 19, 23, 26, 30, 37]
    affinities = [-4.9, -5.1, -6.0, -6.9, -6.2, -7.7, -7.1, -8.8, -9.0]
    fit = fit_size(heavy, affinities, form)
    x = [FORMS[form](n) for n in heavy]
    (b, a), (square, *_), *_ = np.polyfit(x, affinities, 1, full=True)
    assert fit.coefficients == pytest.approx((a, b), abs=1e-4)
    assert fit.sd == pytest.approx(np.sqrt(square / 7), abs=1e-3)
    assert fit.n == 9
    assert fit.residual(-9.0, 37) == pytest.approx(-9.0 - (a + b * x[-1]), abs=1e-2)


def test_a_residual_by_hand() -> None:
    fit = SizeFit("surface", (-2.0, -0.5), 1.0, 30)
    assert fit.expected(27) == pytest.approx(-2.0 - 0.5 * 9)
    assert fit.residual(-8.0, 27) == pytest.approx(-1.5)  # better than its size
    assert fit.residual(-5.0, 27) == pytest.approx(1.5)


def test_too_little_to_fit_and_forms_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="too few to fit"):
        fit_size([10, 20, 30], [-5, -6, -7])
    with pytest.raises(ValueError, match="2 sizes"):
        fit_size([10, 20] * 5, [-5, -6] * 5)
    with pytest.raises(ValueError, match="cubic"):
        SizeFit("cubic", (1.0, 2.0), 1.0, 30)
    with pytest.raises(ValueError, match="nan"):
        SizeFit("linear", (float("nan"), 2.0), 1.0, 30)


def test_thirty_reference_ligands_of_11_to_37_heavy_atoms() -> None:
    sizes = [parse(smiles).GetNumHeavyAtoms() for _, smiles in reference_ligands()]
    assert (len(sizes), min(sizes), max(sizes)) == (30, 11, 37)


def test_every_receptor_has_a_fit_and_it_says_whence() -> None:
    assert size_fit(load_receptor("DRD2")) == KNOWN["DRD2"]
    assert "fitted to DRD2" in size_fit(load_receptor("DRD2")).source
    assert size_fit(load_receptor("1ia1")).source == "fitted to 1ia1"  # kept in its box.toml
    assert size_fit(load_receptor("ABL1")) == GENERAL
    assert "general" in GENERAL.source
    stranger = Receptor("DRD2", Path(__file__), Box((0, 0, 0), (20, 20, 20)), "made up")
    assert size_fit(stranger) == GENERAL, "a name alone is no receptor"
    for fit in (GENERAL, *KNOWN.values(), size_fit(load_receptor("1ia1"))):
        assert -5.0 > fit.expected(11) > fit.expected(20) > fit.expected(37) > -11.0


def test_calibrating_writes_the_fit_into_the_receptors_box_and_keeps_the_rest(own: Receptor) -> None:
    file = own.pdbqt.with_name("box.toml")
    before = file.read_text()
    seen: list[tuple[int, int]] = []
    done = calibrate(own, Sized(), watch=lambda n, total: seen.append((n, total)))
    assert (done.path, done.failed, seen[-1]) == (file, (), (30, 30))
    assert file.read_text().startswith(before.rstrip("\n"))
    assert tomllib.loads(file.read_text())["size_fit"] == {
        "form": "surface", "coefficients": [-2.0, -0.6], "sd": 0.0, "n": 30, "effort": "standard",
        "ligands": "molgrad's 30 reference ligands", "engine": "vina",
    }  # fmt: skip
    assert load_receptor("mine").box == own.box
    assert size_fit(own) == done.fit
    assert done.fit.source == "fitted to mine"
    file.write_text(file.read_text() + "\n[notes]\nby = 'me'\n")
    write_fit(file, own, replace(done.fit, n=29))  # again: in its place, and nothing else is lost
    data = tomllib.loads(file.read_text())
    assert (data["size_fit"]["n"], data["notes"]) == (29, {"by": "me"})


def test_a_fit_belongs_to_its_docking_program(own: Receptor) -> None:
    assert calibrate(own, Sized(), engine="toy").fit.engine == "toy"
    fit = size_fit(own, "toy")
    assert fit is not None
    assert fit.coefficients == (-2.0, -0.6)
    assert size_fit(own) == GENERAL
    assert size_fit(own, "another") is None
    ours = calibrate(own, Sized()).fit  # neither takes the place of the other
    calibrate(own, Sized(), engine="toy.2")
    assert (size_fit(own), size_fit(own, "toy")) == (ours, fit)
    assert size_fit(own, "toy.2") is not None


def test_the_command_prints_the_fit_and_where_it_is(
    own: Receptor, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Standing(Sized):
        def __init__(self, receptor: Receptor, settings: DockSettings, **more: object) -> None:
            super().__init__(fails=1)
            assert (receptor.name, settings, more["workers"]) == ("mine", DockSettings(), 1)

        def __enter__(self) -> Standing:
            return self

        def __exit__(self, *error: object) -> None: ...

    monkeypatch.setattr("molgrad.cli.calibrate.Docker", Standing)
    run_calibrate("mine", {"effort": "standard"}, workers=1, cache=False, quiet=True)
    said = capsys.readouterr().out
    assert "mine: 29 ligands at effort standard" in said
    assert f"{30:11d}   {-2 - 0.6 * 30 ** (2 / 3):.2f}" in said
    assert f"written to {own.pdbqt.with_name('box.toml')}" in said
    assert "left out, no affinity: trimethoprim: no memory" in said


def test_ligands_that_failed_are_named_and_too_few_write_nothing(own: Receptor) -> None:
    done = calibrate(own, Sized(fails=2))
    assert done.fit.n == 28
    assert done.failed[0] == "trimethoprim: no memory"
    before = own.pdbqt.with_name("box.toml").read_text()
    with pytest.raises(DockingError, match=r"only 5 of 30 .*trimethoprim: no memory.*nothing was written"):
        calibrate(own, Sized(fails=25))
    assert own.pdbqt.with_name("box.toml").read_text() == before


@pytest.mark.parametrize("name", ["DRD2", "1ia1"])
def test_what_came_with_a_package_is_calibrated_in_the_users_folder(name: str, own: Receptor, tmp_path: Path) -> None:
    receptor = load_receptor(name)
    done = calibrate(receptor, Sized())
    assert done.path == tmp_path / "receptors" / name / "box.toml"
    assert load_receptor(name) == receptor, "the folder holds a fit, not another receptor"
    assert size_fit(receptor) == done.fit
    elsewhere = replace(receptor, box=Box((5.0, 5.0, 5.0), receptor.box.size))
    assert size_fit(elsewhere) != done.fit, "another box is another site"


def test_a_folder_that_cannot_be_written_is_said_before_anything_is_docked(
    own: Receptor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *args: False)  # tests may run as root, whom nothing stops
    with pytest.raises(ReceptorError, match=r"box.toml cannot be written: copy the folder"):
        place_of_fit(own)


def test_a_damaged_fit_is_named(own: Receptor) -> None:
    file = own.pdbqt.with_name("box.toml")
    file.write_text(file.read_text() + "\n[size_fit]\nform = 'surface'\n")
    with pytest.raises(ReceptorError, match=r"box.toml: \[size_fit\] cannot be read .*coefficients.* writes it anew"):
        size_fit(own)
    calibrate(own, Sized())
    assert size_fit(own).n == 30
