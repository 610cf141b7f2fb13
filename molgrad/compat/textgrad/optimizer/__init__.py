"""Optimizers."""

from molgrad.compat.textgrad.optimizer.optimizer import (
    Optimizer,
    TextualGradientDescent,
    TextualGradientDescentwithMomentum,
)

TGD = TextualGradientDescent

__all__ = ["TGD", "Optimizer", "TextualGradientDescent", "TextualGradientDescentwithMomentum"]
