"""Prompts for a language model, of today and of commit f84ed08: repeats, refusals, calls, tokens, gains.

    python benchmarks/model.py [--docks 20] [--seeds 1] [--forms before,parent,batch] [--leads NAMES] [--report]

A scripted chemist (benchmarks/model_chemist.py) answers over HTTP on 127.0.0.1. It knows only what a prompt shows it,
so that what it repeats, or proposes in vain, is what the prompt does not tell. Three leads of DHFR (1ia1), docked fast,
judged by docking + 10 (1 - QED), lower is better; batches of six. `before` runs the package as git has it at f84ed08,
in a process of its own; `parent` and `batch` are today's two forms. Tokens are characters divided by four.

Printed are, over leads and seeds: measured again, proposals of what was measured when the model was asked; said again,
of what an earlier answer had proposed; refused, of all proposals what the validator refused; calls and tokens a dock
(the lead's not counted); calls for a batch; gains over the lead of the best and of the mean of the ten best.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rows import keep, read

HERE = Path(__file__).resolve().parent
KEPT = HERE / "results" / "model.jsonl"
COMMIT, RUNS = "f84ed08", Path("runs")
FORMS = ("before", "parent", "batch")
BATCH, TOP = 6, 10
LEADS = {
    "trimethoprim": "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC", "pyrimethamine": "CCc1nc(N)nc(N)c1-c1ccc(Cl)cc1",
    "piritrexim": "COc1ccc(OC)c(Cc2cnc3nc(N)nc(N)c3c2C)c1",
}  # fmt: skip
Row = dict[str, Any]


def run(lead: str, seed: int, docks: int, form: str) -> Row:
    """One campaign in this process, with the molgrad that it imports."""
    sys.path.append(str(HERE.parent))  # tests/loopback.py is the server; molgrad is that of PYTHONPATH
    from model_chemist import answer, canonical

    import molgrad as mg
    from molgrad.advisors.model.model import ModelAdvisor
    from molgrad.llm import open_model
    from tests.loopback import Loopback, Reply, Request, completion

    def script(request: Request) -> Reply:
        text = answer(request.prompt)
        return completion(text, len(request.prompt) // 4, len(text) // 4)

    more = {} if form == "before" else {"prompts": form}
    with Loopback(script) as server, tempfile.TemporaryDirectory() as folder:
        advisor = ModelAdvisor(open_model(server.spec(), cache=False), workers=1, **more)
        with mg.Campaign(
            Path(folder) / "run", start=[LEADS[lead]], loss=mg.Docking("1ia1", effort="fast") + 10 * mg.QED(),
            engine=advisor, seed=seed, batch=BATCH, replicates=False, role="ligand of DHFR",
        ) as campaign:  # fmt: skip
            campaign.run(docks=docks)
            batches = {canonical(one.value): one.batch for one in campaign.records()}
            said: set[str] = set()
            proposed = again = before = 0
            for call in campaign.transcript:
                step, made = int(call.labels["step"]), json.loads(call.answer or "{}")
                for value in (canonical(one["smiles"]) for one in made.get("proposals", made.get("smiles", []))):
                    proposed += 1
                    before += batches.get(value, step) < step
                    again += value in said
                    said.add(value)
            usage, (offered, sound) = campaign.transcript.usage(), advisor.offers
            totals = sorted(one.evaluation.score for one in campaign.best(docks) if one.evaluation.score is not None)
            first = campaign.records()[0].evaluation.score
    return {
        "proposed": proposed, "measured": before, "said": again, "offered": offered, "refused": offered - sound,
        "calls": usage.calls, "tokens": usage.tokens, "docks": docks - 1, "batches": max(batches.values()),
        "best": totals[0] - first, "top": sum(totals[:TOP]) / len(totals[:TOP]) - first,
    }  # fmt: skip


def apart(lead: str, seed: int, docks: int, form: str) -> Row:
    """The same in a process of its own, with the package of the form's commit."""
    root = checkout() if form == "before" else HERE.parent
    command = [sys.executable, __file__, "--one", json.dumps([lead, seed, docks, form])]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(root)}, stdout=subprocess.PIPE, text=True, check=True
    )
    found: Row = json.loads(done.stdout.splitlines()[-1])
    return found


def checkout() -> Path:
    """The package as the commit has it."""
    folder = RUNS.absolute() / f"molgrad-{COMMIT}"
    if not (folder / "molgrad").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        asked = ["git", "-C", str(HERE.parent), "archive", COMMIT, "molgrad", "receptors", "pyproject.toml"]
        packed = subprocess.run(asked, capture_output=True, check=True)
        subprocess.run(["tar", "-x", "-C", str(folder)], input=packed.stdout, check=True)
    return folder


def table(rows: Sequence[Row]) -> Iterator[str]:
    """A line of Markdown for each form."""
    yield (
        "| prompts | runs | measured again | said again | refused | calls a dock | calls a batch | tokens a dock "
        "| best | top ten |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for form in FORMS:
        if own := [row for row in rows if row["key"][0] == form]:
            yield f"| {form} | {len(own)} | {' | '.join(_cells(own))} |"


def _cells(own: Sequence[Row]) -> Iterator[str]:
    total = {name: sum(row[name] for row in own) for name in own[0] if name != "key"}
    yield from (f"{total[name]} of {total['proposed']}" for name in ("measured", "said"))
    yield f"{total['refused'] / max(1, total['offered']):.0%} of {total['offered']}"
    yield f"{total['calls'] / total['docks']:.2f}"
    yield f"{total['calls'] / total['batches']:.1f}"
    yield f"{total['tokens'] / total['docks']:,.0f}"
    yield from (f"{total[name] / len(own):+.2f}" for name in ("best", "top"))


def main() -> None:
    """Measure what is missing, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--docks", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--forms", default=",".join(FORMS))
    parser.add_argument("--leads", default=",".join(LEADS))
    parser.add_argument("--report", action="store_true", help="measure nothing, print what the file holds")
    parser.add_argument("--out", type=Path, default=KEPT)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(run(*json.loads(given.one))))
        return
    keys = [
        [f, lead, s, given.docks]
        for s in range(given.seeds)
        for lead in given.leads.split(",")
        for f in given.forms.split(",")
    ]
    done = [row["key"] for row in read(given.out, "key")]
    for key in keys:
        if key not in done and not given.report:
            form, lead, seed, docks = key
            keep(given.out, {"key": key, **apart(lead, seed, docks, form)})
            print(*key, flush=True)
    print("\n".join(table([row for row in read(given.out, "key") if row["key"] in keys])))


if __name__ == "__main__":
    main()
