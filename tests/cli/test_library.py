"""`molgrad init`, `molgrad run` and `molgrad screen` as a user types them."""

from __future__ import annotations

from pathlib import Path

from tests.cli.run import molgrads


def test_a_written_file_is_rehearsed_and_what_is_missing_is_an_error(tmp_path: Path) -> None:
    written, again, dry = molgrads(
        ["init"], ["init"], ["run", "library.toml", "--dry-run"], cwd=tmp_path
    )  # fmt: skip
    assert (written.returncode, dry.returncode) == (0, 0)
    assert again.returncode == 2
    assert "is there already" in again.stderr
    assert "trimethoprim-1ia1-lead: 60 docks" in dry.stdout
    assert "nothing is missing" in dry.stdout
    path = tmp_path / "library.toml"
    path.write_text(path.read_text().replace('["1ia1"]', '["1ai1"]'))
    gone, none = molgrads(["run", "library.toml", "--dry-run"], ["run", "no.toml"], cwd=tmp_path)
    assert gone.returncode == 2
    assert "missing: there is no receptor '1ai1'; did you mean 1ia1" in gone.stdout
    assert none.returncode == 2
    assert "'molgrad init' writes one" in none.stderr
    assert sorted(one.name for one in tmp_path.iterdir()) == ["library.toml"]


def test_a_screen_without_a_library_or_a_known_setting_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "library.smi").write_text("CCO\n")
    screen = ["screen", "--receptor", "1ia1", "--out", "run"]
    gone, preset, smarts, both = molgrads(
        [*screen, "-i", "no.smi"],
        [*screen, "-i", "library.smi", "--preset", "drugable"],
        [*screen, "-i", "library.smi", "--keep", "C(("],
        [*screen, "-i", "library.smi", "--effort", "fast", "--exhaustiveness", "4"],
        cwd=tmp_path,
    )
    assert "no.smi: there is no such file" in gone.stderr
    assert "did you mean druglike" in preset.stderr
    assert "no SMARTS" in smarts.stderr
    assert "not both" in both.stderr
    assert {gone.returncode, preset.returncode, smarts.returncode, both.returncode} == {2}
    assert not (tmp_path / "run").exists()
