"""Code written by a model, run where it can do little harm; nothing in here runs unless it is asked to."""

from molgrad.programs.sandbox.isolation import Isolation as Isolation
from molgrad.programs.sandbox.run import Run as Run
from molgrad.programs.sandbox.run import run_python as run_python
