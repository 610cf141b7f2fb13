"""One picture of a run, for the README: loss against molecules, and the way from the lead to the best molecule.

molgrad demo && python benchmarks/run_picture.py runs/demo docs/run.png
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.image import imread

import molgrad as mg
from molgrad.report.pictures.aligned import chain, framed

DPI = 110
STEPS = 4  # structures in the row; of a longer lineage the lead and the last ones


def picture(campaign: mg.Campaign) -> Figure:
    """The course of the run above, the lineage of its best molecule below."""
    line = campaign.lineage(campaign.best(1)[0].value)
    shown = line if len(line) <= STEPS else [line[0], *line[1 - STEPS :]]
    figure = Figure(figsize=(9, 6), layout="constrained")
    rows = figure.add_gridspec(2, len(shown), height_ratios=(1.3, 1))
    course = io.BytesIO()
    mg.plot.convergence(campaign, size=(9, 3.4)).savefig(course, format="png", dpi=DPI)
    images = [drawn.png(2) for drawn in framed(chain([one.value for one in shown]), (300, 240))]
    titles = [f"{one.name}, loss {one.evaluation.score:.2f}" for one in shown]
    places = [rows[0, :], *(rows[1, place] for place in range(len(shown)))]
    for place, image, title in zip(places, [course.getvalue(), *images], ["", *titles], strict=True):
        axes = figure.add_subplot(place)
        axes.imshow(imread(io.BytesIO(image)))
        axes.set_title(title, fontsize=10)
        axes.axis("off")
    return figure


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    with mg.Campaign(given.run) as campaign:
        picture(campaign).savefig(given.out, dpi=DPI)
