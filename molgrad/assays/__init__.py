"""Results of assays as laboratories write them: cells, columns and tables read, units converted."""

from __future__ import annotations
