"""A prompt with fields: parsed once, filled with texts whose own braces mean nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping

from molgrad.errors import TemplateError, shorten

# A brace that starts no field is a brace: templates hold JSON and code. `{{` and `}}` write one where it would.
_PIECES = re.compile(r"\{\{|\}\}|\{([A-Za-z_]\w*)([.\[!:][^{}]*)?\}")


def fields(template: str) -> tuple[str, ...]:
    """The names of a template's fields, `{name}`, each once, in order.

    Raises:
        TemplateError: a field with an attribute, index or format (`{a.b}`, `{a[0]}`, `{a!r}`, `{a:3}`).
    """
    found: dict[str, None] = {}
    for match in _PIECES.finditer(template):
        if match.group(2):
            raise TemplateError(
                f"{match.group()!r} in the template {shorten(template)!r} is more than a name; write "
                f"{{{match.group(1)}}}, or double the braces where text is meant"
            )
        if match.group(1):
            found[match.group(1)] = None
    return tuple(found)


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with its fields replaced; braces in the values mean nothing.

    Raises:
        TemplateError: a field without a value, a value without a field, or a field that is no plain name.
    """
    known = fields(template)
    missing = [name for name in known if name not in values]
    unknown = [name for name in values if name not in known]
    problems = []
    if missing:
        problems.append(f"nothing was given for {_listed(missing)}")
    if unknown:
        problems.append(f"it has no field {_listed(unknown)}")
    if problems:
        has = f"its fields are {_listed(known)}" if known else "it has no fields"
        raise TemplateError(f"the template {shorten(template)!r}: {'; '.join(problems)} ({has})")
    return _PIECES.sub(lambda m: values[m.group(1)] if m.group(1) else m.group()[0], template)


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(repr(name) for name in names)
