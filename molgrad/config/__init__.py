"""The settings of a run: declared once, read from TOML, and turned into the campaign they describe."""
