"""Pictures in two dimensions: molecules with marked atoms, as SVG and PNG."""
