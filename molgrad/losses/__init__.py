"""What measures a molecule: one family of losses a file; lower is better everywhere."""
