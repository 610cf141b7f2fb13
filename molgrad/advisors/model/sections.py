"""What a prompt shows of measurements and earlier attempts: texts of bounded length."""

from __future__ import annotations

from collections.abc import Sequence

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


def history_words(tried: Sequence[tuple[str, str]]) -> str:
    """What was tried before, the latest last."""
    return listed([f"- {cut(value, 1_000)}: {cut(outcome, 500)}" for value, outcome in tried], HISTORY)


def listed(lines: Sequence[str], most: int) -> str:
    """The last `most` lines, under one that says how many are left out."""
    left = len(lines) - most
    return "\n".join([f"({left} earlier ones left out)", *lines[-most:]] if left > 0 else lines)
