"""Improves trimethoprim against dihydrofolate reductase (1ia1), advised by a language model or by the chemist.

    python examples/optimize_molecule.py --engine gpt-5-mini
    python examples/optimize_molecule.py --engine http://localhost:11434/v1#llama3 --docks 30
    python examples/optimize_molecule.py                    # the chemist: no key, no network

The model reads what the pose says, atom by atom, and answers with edits that are executed here; what the validator
refuses goes back to it once. The chemist's proposals stand in the same pool, and every call is kept in the run folder.
"""

from __future__ import annotations

import argparse
import sys

import molgrad as mg

LEAD = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"


def main() -> None:
    """Run a small campaign and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", default="chemist", help="'chemist', a model, or URL#model")
    parser.add_argument("--docks", type=int, default=12)
    parser.add_argument("--effort", default="fast", choices=("fast", "standard", "thorough"))
    parser.add_argument("--out", default="runs/example")
    args = parser.parse_args()

    loss = mg.Docking("1ia1", effort=args.effort) + 10 * mg.QED()
    campaign = mg.Campaign(
        args.out, start=[LEAD], loss=loss, engine=args.engine, batch=3, role="inhibitor of dihydrofolate reductase"
    )
    with campaign:
        campaign.run(args.docks)
        for record in campaign.best(3):
            print(f"{record.evaluation.number():7.2f}  {record.value}  ({record.proposal.advisor})")
        usage = campaign.transcript.usage()
        print(f"{len(campaign.records())} molecules measured, {usage.calls} model calls, {usage.tokens} tokens")


if __name__ == "__main__":
    try:
        main()
    except mg.MolgradError as error:  # a key that is missing, an endpoint that is down: a sentence says what to do
        sys.exit(str(error))
