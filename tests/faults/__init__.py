"""Attacks and accidents on purpose: kill, full disk, damaged files, hostile endpoints, hostile code. Run: -m slow."""
