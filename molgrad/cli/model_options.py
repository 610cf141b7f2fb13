"""The options of commands that a model may advise."""

from __future__ import annotations

from typing import Annotated

import typer

EngineName = Annotated[
    str | None, typer.Option("--engine", help="'chemist', a model, URL#model, or replay:FOLDER. [chemist]")
]
Masked = Annotated[
    bool | None, typer.Option("--masked", help="Tell the model neither the target's name nor its residues.")
]
MaxCalls = Annotated[int | None, typer.Option(min=0, help="Calls of the model in all; then the run stops.")]
MaxTokens = Annotated[int | None, typer.Option(min=0, help="Tokens of the model in all, sent and answered.")]
MaxCost = Annotated[float | None, typer.Option(min=0.0, help="Money for the model in all; needs --price.")]
Price = Annotated[str | None, typer.Option(help="IN,OUT: money per million tokens sent and answered.")]
PerMinute = Annotated[int | None, typer.Option(min=1, help="Requests to the model a minute, at most.")]
LlmCache = Annotated[
    bool | None, typer.Option("--llm-cache/--no-llm-cache", help="Find the model's answers made before.")
]
