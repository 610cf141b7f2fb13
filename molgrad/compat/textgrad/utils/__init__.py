"""Helpers by the names that TextGrad has for them."""
