"""The report of a campaign: one HTML page without outside references, Markdown or PDF."""
