"""Clients of language models; nothing is imported, opened or written until a model is called."""
