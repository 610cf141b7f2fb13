"""A slow Python function that fails sometimes, as a loss: four calls at once, and failures that may pass tried again.

    python examples/flaky_function.py --out runs/flaky

The function stands for a licence server, a queue or an instrument: for about every second molecule the first call times
out. It is tried again at once. What fails all the same is measured when the campaign goes on; a wrong value is not.
"""

from __future__ import annotations

import argparse
import time

from rdkit.Chem import Crippen, MolFromSmiles

import molgrad as mg

LEADS = ["COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC", "CCc1nc(N)nc(N)c1-c1ccc(Cl)cc1", "Nc1nc(N)c2nc(-c3ccccc3)c(N)nc2n1"]
asked: dict[str, int] = {}


def simulated(smiles: str) -> tuple[float, str]:
    """The distance of logP from 2, after a while."""
    asked[smiles] = asked.get(smiles, 0) + 1
    time.sleep(0.02)
    if asked[smiles] == 1 and len(smiles) % 2:
        raise TimeoutError("the queue did not answer")
    logp = Crippen.MolLogP(MolFromSmiles(smiles))
    return abs(logp - 2.0), f"logP is {logp:.2f}, 2 is wanted"


def main() -> None:
    """Run a small campaign and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default="runs/flaky")
    parser.add_argument("--docks", type=int, default=9, help="molecules measured in all")
    args = parser.parse_args()
    loss = mg.FunctionLoss(simulated, "simulated", expensive=True, workers=4, retries=2, pause=0.01) + mg.QED()
    with mg.Campaign(args.out, start=LEADS, loss=loss, batch=3) as campaign:
        campaign.run(args.docks)
        for record in campaign.best(3):
            print(f"{record.evaluation.number():7.2f}  {record.value}")
        again = sum(times > 1 for times in asked.values())
        failed = sum(not record.evaluation.ok for record in campaign.records())
        print(f"{len(campaign.records())} measured, {again} tried again, {failed} failed")


if __name__ == "__main__":
    main()
