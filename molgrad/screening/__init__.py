"""Screening a library of many molecules: read as a stream, a part of it docked, the part chosen by a surrogate."""
