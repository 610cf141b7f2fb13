"""A parallel library: a lead's amide is cut, its acid exchanged for sixty from a stock, twenty docked, five picked.

    python examples/parallel_library.py
    python examples/parallel_library.py --stock our_acids.csv --receptor CDK2 --docks 20

Every molecule comes with the route by which it is made: the reaction that joins the lead, with another partner.
Partners that would leave a reactive group, an alert or a Boc group are left out, and the others are chosen unlike one
another. The routes of the five are drawn too.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import molgrad as mg
from molgrad.chem.diversity import maxmin
from molgrad.synthesis.exchange import Exchanged
from molgrad.synthesis.picture import as_svg
from molgrad.synthesis.written import bought, summary

LEAD = "Cc1ccc(NC(=O)c2ccccc2)cc1Nc1ncccn1"
LOOKED_AT = 600  # analogues among which the library is chosen
BOC = "C(=O)OC(C)(C)C"
CUTS = ("acylation by an acid chloride", "amide coupling with an aniline")


def main() -> None:
    """Make the library, dock a part of it, and print five good ones that are unlike one another."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lead", default=LEAD)
    parser.add_argument("--stock", help="the partners: SMILES, identifiers, prices; common reagents by default")
    parser.add_argument("--receptor", default="1ia1")
    parser.add_argument("--partners", type=int, default=60)
    parser.add_argument("--docks", type=int, default=20)
    parser.add_argument("--picks", type=int, default=5)
    parser.add_argument("--effort", default="fast")
    parser.add_argument("--out", default="runs/parallel")
    args = parser.parse_args()

    made = library_of(args.lead, args.stock, args.partners)
    folder = Path(args.out)
    folder.mkdir(parents=True, exist_ok=True)
    library = folder / "library.smi"
    library.write_text("".join(f"{one.smiles} p{number}\n" for number, one in enumerate(made, 1)))
    print(f"{len(made)} molecules that one reaction makes, in {library}")

    settings = mg.ScreenSettings(
        start=[str(library)], receptor=args.receptor, docks=args.docks, effort=args.effort, out=str(folder / "screen")
    )
    found = mg.screen(settings)
    print(f"{found.docked} of them docked")
    with (found.folder / "results.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["affinity"]]
    routes = {f"p{number}": one for number, one in enumerate(made, 1)}
    best = rows[: 2 * args.picks]  # the better ones, best first
    for place in maxmin([row["smiles"] for row in best], args.picks):
        one = routes[best[place]["name"]]
        drawn = folder / f"{best[place]['name']}.svg"
        drawn.write_text(as_svg(one.route), encoding="utf-8")
        print(f"\n{float(best[place]['affinity']):6.1f} kcal/mol  {one.smiles}  {drawn}")
        print(f"       partner: {one.partner.smiles}  {bought(one.partner)}")
        print(f"       {summary(one.route)}")


def library_of(lead: str, stock: str | None, n: int) -> list[Exchanged]:
    """Analogues with another partner that a chemist would make: sound, without alerts, unlike one another."""
    domain = mg.MoleculeDomain("strict", exclude=[BOC])
    made = [one for one in mg.exchange_partners(lead, stock, reactions=CUTS, n=LOOKED_AT) if one.route.solved]
    sound = [one for one in made if not domain.validate(one.smiles) and not one.route.step.note]
    return [sound[place] for place in maxmin([one.smiles for one in sound], n)]


if __name__ == "__main__":
    main()
