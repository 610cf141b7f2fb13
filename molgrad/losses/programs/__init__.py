"""Predictors that are programs or services: asked in batches of JSON lines, their answers checked before they count."""
