"""Optimizers: they know domains, losses and advisors, not molecules."""
