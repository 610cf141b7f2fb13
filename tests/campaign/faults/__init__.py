"""Campaigns that are killed, cut, filled up and written to by two: nothing measured is lost. Run: -m slow."""
