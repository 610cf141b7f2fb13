"""A scikit-learn model as a loss: a random forest of measured values, asked by lines of JSON.

    pip install scikit-learn
    molgrad optimize --config run.toml     # with these lines, see docs/programs.md:
        [[term]]
        loss = "command"
        command = ["python", "examples/predict_forest.py", "measured.csv"]
        name = "pIC50"
        direction = "maximize"

measured.csv has the columns smiles and value. The answer is the mean over the trees with its standard deviation; a fact
names the measured molecule that is most similar.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from rdkit import Chem, DataStructs
from rdkit.Chem import rdFingerprintGenerator
from sklearn.ensemble import RandomForestRegressor

ANSWERS, sys.stdout = sys.stdout, sys.stderr  # what a library prints is no answer
MORGAN = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)


def bits(smiles: str) -> Any:
    """The fingerprint of a molecule."""
    return MORGAN.GetFingerprint(Chem.MolFromSmiles(smiles))


def main(table: str) -> None:
    """Learn from a table, then answer each line until there are no more."""
    with Path(table).open(newline="") as file:
        rows = list(csv.DictReader(file))
    known = [bits(row["smiles"]) for row in rows]
    forest = RandomForestRegressor(n_estimators=100, random_state=0)
    forest.fit(np.array(known), [float(row["value"]) for row in rows])
    for line in sys.stdin:
        asked = json.loads(line)
        asked_bits = bits(asked["smiles"])
        trees = [tree.predict(np.array([asked_bits]))[0] for tree in forest.estimators_]
        alike = DataStructs.BulkTanimotoSimilarity(asked_bits, known)
        nearest = int(np.argmax(alike))
        fact = (
            f"most like {rows[nearest]['smiles']} (Tanimoto {alike[nearest]:.2f}), which has {rows[nearest]['value']}"
        )
        answer = {"id": asked["id"], "value": float(np.mean(trees)), "sd": float(np.std(trees)), "facts": [fact]}
        print(json.dumps(answer), file=ANSWERS, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
