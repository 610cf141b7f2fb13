"""Who turns measurements into words and proposals: the built-in chemist, or a language model."""
