"""Advice from a language model: what it is told, how its answer is read, and what of it is let pass."""
