"""Pipelines of text: model calls, templates, images, modules, losses of code and fields, the sandbox, the trainer."""
