"""Molecules as variables, and what an optimizer may do with them."""
