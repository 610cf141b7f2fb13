"""What a prompt shows of measurements and earlier attempts: texts of bounded length."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from molgrad.evaluation import Evaluation, Fact, Status

_FACTS = 8  # a loss names its strongest facts first
HISTORY = 8  # attempts shown, the latest


def cut(text: str, limit: int) -> str:
    """`text` whole where it fits, else its beginning and end around a note of how much is left out."""
    if len(text) <= limit:
        return text
    note = f"\n[... {len(text) - limit:,} of {len(text):,} characters left out here ...]\n"
    keep = max(0, limit - len(note))
    head = keep * 2 // 3
    return text[:head] + note + text[len(text) - (keep - head) :]


def bounded(sections: Sequence[tuple[str, str]], limit: int) -> str:
    """The sections, each between tags of its name, within `limit` characters.

    Each may first take an equal part; what short sections leave goes to the long ones, in order.
    Empty sections are left out.
    """
    kept = [(name, text) for name, text in sections if text]
    if not kept:
        return ""
    limit -= sum(2 * len(name) + 8 for name, _ in kept)
    even = max(0, limit) // len(kept)
    spare = sum(max(0, even - len(text)) for _, text in kept)
    parts = []
    for name, text in kept:
        extra = min(spare, max(0, len(text) - even))
        spare -= extra
        parts.append(f"<{name}>\n" + cut(text, even + extra) + f"\n</{name}>")
    return "\n".join(parts)


def measured_words(evaluations: Sequence[Evaluation], fragments: Mapping[tuple[int, ...], str]) -> str:
    """Every measurement with its weight and contribution, its facts below it; `fragments` names sets of atoms."""
    lines = []
    for term in (term for evaluation in evaluations for term in evaluation.all_terms()):
        if not term.active:
            continue
        head = f"- {term.loss} (weight {term.weight:g}"
        if term.status is not Status.OK:
            lines.append(f"{head}, {term.status.value}): {term.reason}")
            continue
        if term.contribution is not None and term.score is not None:
            head += f", score {term.score:.3f}, adds {term.contribution:+.3f} to the total"
        # Beyond its first clause a text is its facts once more; they follow, with the atoms they are about.
        first = re.split(r"\n|; ", term.text, maxsplit=1)[0]
        lines.append(f"{head}): {first if term.facts else term.text}")
        facts = [text for fact in term.facts if (text := _fact_words(fact, fragments)) != first]
        lines += [f"    - {text}" for text in facts[:_FACTS]]
        if len(facts) > _FACTS:
            lines.append(f"    - ({len(facts) - _FACTS} weaker facts left out)")
    return "\n".join(lines)


def _fact_words(fact: Fact, fragments: Mapping[tuple[int, ...], str]) -> str:
    if not fact.atoms:
        return fact.text
    named = fragments.get(fact.atoms, "")
    # Where the text says "at atom 7", as those of poses do, only what stands there is new.
    located = re.search(r"\batoms? \d", fact.text) is not None
    where = [] if located else ["atoms " + ", ".join(map(str, fact.atoms))]
    where += [named] if len(fact.atoms) > 1 and "." not in named and named else []  # scattered atoms show nothing
    return f"{fact.text} [{', '.join(where)}]" if where else fact.text


def history_words(tried: Sequence[tuple[str, str]]) -> str:
    """What was tried before, the latest last."""
    return listed([f"- {cut(value, 1_000)}: {cut(outcome, 500)}" for value, outcome in tried], HISTORY)


def listed(lines: Sequence[str], most: int) -> str:
    """The last `most` lines, under one that says how many are left out."""
    left = len(lines) - most
    return "\n".join([f"({left} earlier ones left out)", *lines[-most:]] if left > 0 else lines)
