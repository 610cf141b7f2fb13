"""Studies of docking itself: redocking, enrichment, and what a size typically gets."""
