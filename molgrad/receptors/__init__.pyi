from molgrad.receptors.preparation.prepare import prepare_receptor as prepare_receptor
from molgrad.receptors.receptor import Box as Box
from molgrad.receptors.receptor import Receptor as Receptor
from molgrad.receptors.receptor import list_receptors as list_receptors
from molgrad.receptors.receptor import load_receptor as load_receptor
