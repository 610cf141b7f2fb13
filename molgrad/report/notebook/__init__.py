"""How objects show themselves in a notebook: HTML that keeps its pictures where SVG, scripts and styles are removed."""
