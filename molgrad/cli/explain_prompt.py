"""`molgrad explain-prompt`: a prompt and its answer as they were, and what came of the answer."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from molgrad.campaign.campaign import Campaign
from molgrad.campaign.prompts import Exchange, Prompts, said, titles
from molgrad.cli.machine import write_json
from molgrad.errors import counted, one_line, plain
from molgrad.llm.text import without_keys


def run_explain_prompt(folder: Path, asked: str, *, as_json: bool = False, listed: bool = False) -> None:
    """Print calls of a run's language model.

    Args:
        folder: the run folder; it may be written meanwhile.
        asked: a molecule, or the number of a call; empty for the last call.
        as_json: one JSON object instead of text.
        listed: a line for each call instead of whole calls; of all calls where nothing is asked for.

    Raises:
        CampaignError: the folder holds no run, no model was asked, or no call is about the molecule.
        UnknownNameError: the run has no such molecule.
    """
    prompts = Prompts(Campaign(folder))
    found = prompts.of(asked or str(prompts.count)) if asked or not listed else prompts.all()
    if as_json:
        told = [_brief(one) if listed else _whole(one) for one in found]
        write_json({"run": folder, "of": prompts.count, "calls": told})
        return
    if listed:
        sys.stdout.write(f"{'call':>5}  {'batch':>5}  {'tokens':>7}  {'proposals':>9}  {'refused':>7}  about\n")
    for one in found:
        text = _line(one) if listed else "\n".join(_lines(one, folder, prompts.count)) + "\n"
        sys.stdout.write(text + "\n")


def _line(one: Exchange) -> str:
    """The numbers of a call under their headings, and what it was about."""
    step, remark = "-" if one.step is None else str(one.step), one_line(one.purpose or one.unread)
    numbers = f"{one.call.id:>5}  {step:>5}  {one.call.usage.tokens:>7,}  {len(one.outcomes):>9}  {one.refused:>7}"
    return f"{numbers}  {', '.join(titles(one.about)) or '-'}{f' ({remark})' if remark else ''}"


def _lines(one: Exchange, folder: Path, count: int) -> Iterator[str]:
    """A call whole: what it was, the messages, the answer, what came of each proposal."""
    call, usage = one.call, one.call.usage
    about = f", about {', '.join(titles(one.about))}" if one.about else ""
    step = "" if one.step is None else f", asked while batch {one.step} was chosen"
    yield f"{folder}: call {call.id} of {count}{step}{about}"
    if one.purpose:
        yield f"This call asks for {one.purpose}."
    spent = f"{usage.prompt_tokens:,} tokens sent, {usage.completion_tokens:,} answered"
    cached = ", found in the cache" if usage.cached else ""
    yield f"model {one_line(call.model)}: {spent}{cached}, {call.seconds:.1f} s, {call.finished} UTC"
    for message in call.messages:
        yield f"\n===== {one_line(str(message.get('role', '')))} =====\n{said(message)}"
    if call.answer is None:
        yield f"\n===== no answer =====\n{_shown(call.error)}"
        return
    called = [f"calls the tool {one.name} with {one.arguments}" for one in call.tool_calls]
    yield "\n===== answer of the model =====\n" + _shown("\n".join([*filter(None, [call.answer]), *called]))
    yield from _outcomes(one)


def _outcomes(one: Exchange) -> Iterator[str]:
    if one.unread:
        yield f"\n===== what came of it =====\nThe answer could not be read: {_shown(one.unread)}"
        return
    if not one.outcomes:
        return
    yield f"\n===== what came of {counted(len(one.outcomes), 'proposal')} (the lower the total the better) ====="
    for place, outcome in enumerate(one.outcomes, 1):
        made = f" = {outcome.value}" if outcome.value and outcome.value != outcome.said else ""
        yield _shown(f"{place}. {outcome.said}{made}")
        yield _shown(f"   {outcome.state}: {outcome.why}")


def _shown(text: str) -> str:
    return plain(without_keys(text))


def _brief(one: Exchange) -> dict[str, Any]:
    return {
        "call": one.call.id,
        "step": one.step,
        "about": [{"id": ident, "name": name} for ident, name in one.about.items()],
        "purpose": one.purpose,
        "tokens": one.call.usage.tokens,
        "proposals": len(one.outcomes),
        "refused": one.refused,
        "unread": one.unread,
    }


def _whole(one: Exchange) -> dict[str, Any]:
    call = one.call
    return {
        **_brief(one),
        "model": call.model,
        "prompt_tokens": call.usage.prompt_tokens,
        "completion_tokens": call.usage.completion_tokens,
        "seconds": call.seconds,
        "finished": call.finished,
        "messages": [{"role": str(message.get("role", "")), "text": said(message)} for message in call.messages],
        "answer": None if call.answer is None else _shown(call.answer),
        "error": call.error,
        "proposals": one.outcomes,
    }
