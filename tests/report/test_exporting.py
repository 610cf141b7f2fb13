"""What is handed to colleagues: a few good molecules that are unlike one another, and files in which ids agree."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from rdkit import Chem

from molgrad.autograd.domain import Domain
from molgrad.autograd.gradient import Proposal
from molgrad.campaign import view as of_view
from molgrad.campaign.campaign import Campaign
from molgrad.campaign.shown import Described, described_of
from molgrad.chem.similarity import scaffold, tanimoto
from molgrad.errors import CampaignError, InputFileError, UnknownNameError
from molgrad.io.workbook import WIDEST
from molgrad.losses.druglikeness import QED
from molgrad.molecule.domain import MOLECULES
from molgrad.optim.optimizer import Optimizer
from molgrad.report.export_rows import rows_of
from molgrad.report.picking import WIDE
from tests.fakes import Count, Letters, ScriptedAdvisor

LEAD = "COc1ccc(CN2CCCC2)cc1 =the lead"  # a name that a spreadsheet would compute
TAILS = ("N2CCCC2", "N2CCCCC2", "N2CCOCC2", "N(C)C", "NC2CC2", "n2ccnc2", "NCc2ccncc2", "NC(=O)C2CC2")
HEADS = ("COc1ccc(C{})cc1", "Fc1ccc(C{})cc1", "CS(=O)(=O)c1ccc(C{})cc1", "Cc1ncc(C{})s1")
MADE = [MOLECULES.canonical(head.format(tail)) for head in HEADS for tail in TAILS][1:]


class Listed(Optimizer):
    """Proposes what stands in a list, each made from the start."""

    name = "listed"

    def _propose(self, n: int, batch: int, left: int | None) -> list[Proposal]:
        taken, start = self.archive.taken, self.archive.records[0].value
        return [Proposal(one, start, reason="=from a list") for one in MADE if one not in taken][:n]


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    folder = tmp_path_factory.mktemp("export") / "RUN"
    start = folder.parent / "leads.smi"
    start.write_text(f"{LEAD}\n")
    with pytest.warns(UserWarning, match="without header"):
        run = Campaign(folder, start=str(start), loss=5 * QED(), optimizer=Listed, batch=16, scope="free")
    return run.run(docks=1 + len(MADE))


def spread(smiles: list[str]) -> float:
    """The mean Tanimoto similarity of all pairs."""
    pairs = [tanimoto(a, b) for place, a in enumerate(smiles) for b in smiles[:place]]
    return sum(pairs) / len(pairs)


def test_a_pick_is_good_and_unlike(campaign: Campaign) -> None:
    five = campaign.pick(5, diverse=True)
    assert len({record.value for record in five}) == 5
    scores = [record.evaluation.number() for record in five]
    assert scores == sorted(scores)
    best = campaign.best(WIDE * 5 + 1)
    assert five[0] == campaign.pick(5, diverse=False)[0] == best[0]
    assert {record.value for record in five} <= {record.value for record in best}
    assert spread([r.value for r in five]) < spread([r.value for r in campaign.pick(5, diverse=False)])
    assert campaign.records()[0].value not in {record.value for record in campaign.pick(31)}, "no start"
    assert campaign.pick(5) == five, "the same each time"


def test_a_pick_by_scaffold_has_as_few_of_one_as_can_be(campaign: Campaign) -> None:
    found = campaign.pick(4, diverse="scaffold")
    ranked = [record for record in campaign.best(60) if record != campaign.records()[0]]
    kinds = {scaffold(record.value) for record in ranked[: WIDE * 4]}
    assert len({scaffold(record.value) for record in found}) == min(4, len(kinds))
    with pytest.raises(UnknownNameError, match="did you mean scaffold"):
        campaign.pick(4, diverse="scafold")
    with pytest.raises(ValueError, match="at least 1"):
        campaign.pick(0)


def test_every_file_has_the_same_ids_and_names(campaign: Campaign, tmp_path: Path) -> None:
    ending_to_file = {kind: campaign.export(tmp_path / f"c.{kind}", top=60, pick=3) for kind in ("csv", "sdf", "xlsx")}
    table = pd.read_csv(ending_to_file["csv"], keep_default_na=False)
    book = pd.read_excel(ending_to_file["xlsx"], keep_default_na=False)
    entries = list(Chem.SDMolSupplier(str(ending_to_file["sdf"])))
    whole = campaign.frame().set_index("id")
    assert table["id"].tolist() == book["id"].tolist() == [one.GetProp("id") for one in entries]
    assert whole.loc[table["id"], "smiles"].tolist() == table["smiles"].tolist()
    assert (table["pick"] == "yes").sum() == 3
    row = table.set_index("id").loc["m0001"]
    assert row["name"] == "'=the lead", "a spreadsheet does not compute it"
    assert whole.loc["m0001", "name"] == "=the lead"
    assert "m0001 =the lead" in set(table["parent"].str.removeprefix("'"))
    assert (table.loc[table["id"] != "m0001", "reason"] != "").all()
    assert not {"route", "pose_repeatability", "prediction"} & set(table), "told where known"
    assert campaign.resolve("=the lead").id == campaign.resolve("M0001").id == 1


def test_a_workbook_can_be_read_as_it_opens(campaign: Campaign, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(campaign.export(tmp_path / "c.xlsx", top=8))
    sheet = book["molecules"]
    headings = [cell.value for cell in sheet[1]]
    column = headings.index("structure")
    assert [(p.anchor._from.row, p.anchor._from.col) for p in sheet._images] == [(n, column) for n in range(1, 9)]
    assert sheet.freeze_panes == sheet.cell(2, column + 2).coordinate
    assert all(sheet.row_dimensions[row].height >= 112 for row in range(2, 10)), "150 pixels, in points"
    assert {cell.font.name for row in sheet.iter_rows() for cell in row} == {"Calibri"}
    for number, name in enumerate(headings, start=1):
        letter = openpyxl.utils.get_column_letter(number)
        width = sheet.column_dimensions[letter].width
        assert min(len(name), WIDEST) <= width <= WIDEST
        for cell in sheet[letter][1:]:
            assert cell.data_type != "f"
            assert not isinstance(cell.value, float) or len(f"{cell.value:.3f}") <= width, "else Excel shows ####"
    assert "lower is better" in "".join(str(cell.value) for cell in book["about"]["B"])


def test_molecules_can_be_named(campaign: Campaign, tmp_path: Path) -> None:
    two = campaign.pick(2)
    given = ["=the lead", two[0], two[1].value]
    table = pd.read_csv(campaign.export(tmp_path / "few.csv", molecules=given))
    assert table["id"].tolist() == ["m0001", two[0].id, two[1].id]


def test_what_cannot_be_written_is_said_before_anything_is(campaign: Campaign, tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match=r"\.xlsx"):
        campaign.export(tmp_path / "c.docx")
    with pytest.raises(InputFileError, match="no such folder"):
        campaign.export(tmp_path / "no" / "c.sdf")
    with pytest.raises(UnknownNameError, match="m0099"):
        campaign.export(tmp_path / "c.csv", molecules=["m0099"])
    with (
        Campaign(tmp_path / "empty", start="CCO", loss=QED()) as empty,
        pytest.raises(CampaignError, match="has a score yet"),
    ):
        empty.export(tmp_path / "c.csv")


def test_texts_are_handed_on_as_tables(tmp_path: Path) -> None:
    with Campaign(tmp_path, start=["b"], loss=Count("a"), engine=ScriptedAdvisor(), domain=Letters()) as run:
        run.run(docks=1)
        assert pd.read_excel(run.export(tmp_path / "c.xlsx", pick=1))["smiles"].tolist() == ["b"]
        with pytest.raises(InputFileError, match="no structure"):
            run.export(tmp_path / "c.sdf")


def test_what_the_folder_keeps_of_molecules_is_not_worked_out_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Campaign(tmp_path / "run", start=["c1ccccc1CCN"], loss=QED(), engine="chemist", scope="free") as made:
        made.run(docks=6)
    asked: list[str] = []

    def counted(value: str, domain: Domain) -> Described:
        asked.append(value)
        return described_of(value, domain)

    monkeypatch.setattr(of_view, "described_of", counted)
    with Campaign(tmp_path / "run") as again:
        best = again.best(4)
        rows, whole = rows_of(again, best), again.frame().set_index("id")
        assert not asked
        assert [row["qed"] for row in rows] == pytest.approx([whole.loc[one.id, "qed"] for one in best], abs=1e-6)
        other = replace(best[0], proposal=replace(best[0].proposal, value="CCO"))
        assert rows_of(again, [other])[0]["heavy_atoms"] == 3
    assert asked == ["CCO"]
