"""BayBE as a peer of benchmarks/lab.py, run by the interpreter of an environment of its own that has `baybe[chem]`.

    PEER/bin/python benchmarks/lab_baybe.py < task.json

The task holds `smiles`, `values` (higher is better), `starts` (a list of indices for each run), `batches` and `batch`.
Each run is a line of JSON on standard output: the indices in the order measured. BayBE is used as its guide shows it:
an ECFP encoding and its default recommender.
"""

import json
import sys
import warnings

import pandas as pd
import torch
from baybe import Campaign
from baybe.objectives import SingleTargetObjective
from baybe.parameters import SubstanceParameter
from baybe.searchspace import SearchSpace
from baybe.targets import NumericalTarget

warnings.simplefilter("ignore")
torch.set_num_threads(1)


def run(space, names, values, starts, batches, batch):
    """The indices measured, in order."""
    campaign = Campaign(space, SingleTargetObjective(NumericalTarget(name="value")))
    known = list(starts)
    told(campaign, names, values, known)
    for _ in range(batches):
        asked = [names.index(name) for name in campaign.recommend(batch_size=batch)["molecule"]]
        told(campaign, names, values, asked)
        known += asked
    return known


def told(campaign, names, values, places):
    """Tell the campaign the values of these places."""
    campaign.add_measurements(
        pd.DataFrame({"molecule": [names[i] for i in places], "value": [values[i] for i in places]})
    )


def main():
    """Answer the task on standard input."""
    task = json.load(sys.stdin)
    names = [f"m{i}" for i in range(len(task["smiles"]))]
    molecules = dict(zip(names, task["smiles"], strict=True))
    space = SearchSpace.from_product([SubstanceParameter("molecule", molecules, encoding="ECFP")])
    for seed, starts in enumerate(task["starts"]):
        torch.manual_seed(seed)
        print(json.dumps(run(space, names, task["values"], starts, task["batches"], task["batch"])), flush=True)


if __name__ == "__main__":
    main()
