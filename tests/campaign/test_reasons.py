"""In a run every molecule's reason is its net change against its parent, and names nothing that neither has."""

from pathlib import Path

import molgrad as mg
from molgrad.campaign.campaign import Campaign
from molgrad.chem.matched_pair import change
from molgrad.chem.ring_names import rings_of
from molgrad.chem.tables import read_table

RINGS = {name for name, *_ in read_table("ring_names.tsv")}


def test_reasons_tell_net_changes(tmp_path: Path) -> None:
    start = ["Cc1ccc(NC(=O)c2ccccc2)cc1Nc1ncccn1"]
    with Campaign(tmp_path, start=start, loss=mg.QED() + mg.Synthesizability(), seed=3, batch=4, scope="free") as run:
        made = [record for record in run.run(docks=9).records() if record.proposal.parent]
    assert len(made) > 6
    assert len({record.proposal.advisor for record in made}) > 1  # whichever way they were made
    for record in made:
        parent, text = str(record.proposal.parent), record.proposal.reason
        assert text.startswith(change(parent, record.value).text)
        held = {named.name for one in (parent, record.value) for _, named in rings_of(one)}
        assert {name for name in RINGS if f" {name} " in f" {text} "} <= held
