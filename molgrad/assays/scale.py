"""Values in other units: of the same dimension, by weight from mass to moles, and on the p-scale."""

from __future__ import annotations
