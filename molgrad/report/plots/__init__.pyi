"""The plots; molgrad.lazy reads this list too."""

from molgrad.report.plots.assay_docking import assay as assay
from molgrad.report.plots.chemical_space import space as space
from molgrad.report.plots.course import convergence as convergence
from molgrad.report.plots.expected import predictions as predictions
from molgrad.report.plots.gains import contributions as contributions
from molgrad.report.plots.trade_off import front as front
