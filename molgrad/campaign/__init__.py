"""Campaigns: ask, tell, run, resume; one folder, one database."""
