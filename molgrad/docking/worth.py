"""What ranking by docking scores is worth, in a sentence that stands wherever molecules are ranked by them."""

WORTH = (
    "Use docking scores to keep a binding mode and to discard what does not fit. In six measured series they ranked "
    "analogues no more reliably than the number of heavy atoms did (docs/docking.md)."
)
