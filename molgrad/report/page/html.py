"""The content of a report as one HTML page that needs nothing else."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from typing import Any

from molgrad.errors import MissingExtraError
from molgrad.report.page.content import Content, Entry
from molgrad.report.page.everything import DRAWN
from molgrad.report.page.poses import script_for
from molgrad.report.space.library import MOUNT

FOLDED = 500  # rows in each folded part of the table
_ACTS = re.compile(r"[^A-Za-z0-9 ,._]")  # characters that may act in a style sheet
_SCRIPT = re.compile(r"<script[^>]*>(.*?)</script>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of the table of all molecules.

    Attributes:
        title: which they are.
        entries: the rows.
    """

    title: str
    entries: tuple[Entry, ...]


def html(content: Content) -> str:
    """The page. Every text in it is escaped; a policy in its head lets no script run but the page's own.

    Args:
        content: what it says.

    Raises:
        MissingExtraError: jinja2 is not installed.
    """
    environment = templates()
    from markupsafe import Markup

    script, style = (
        files(__package__).joinpath("templates", name).read_text("utf-8") for name in ("page.js", "page.css")
    )
    pieces = [piece for section in content.sections for card in section.cards for piece in card.pieces]
    shared = script_for(pieces)
    # Taken from our own files, never from the page: a script that slipped in with a text could not run.
    scripts = [script, *(_SCRIPT.findall(f"{MOUNT}{shared}") if shared else ())]
    return str(
        environment.get_template("page.html").render(
            page=content,
            parts=list(_parts(content.entries)),
            policy=_policy(scripts),
            style=Markup(style),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            shared=Markup(shared),  # noqa: S704 - of a package that is bundled
        )
    )


def templates() -> Any:
    """The environment of the templates; in those of HTML every text is escaped.

    Raises:
        MissingExtraError: jinja2 is not installed.
    """
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
    except ImportError:
        raise MissingExtraError("jinja2", "report") from None
    made = Environment(
        loader=PackageLoader("molgrad.report.page"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    made.filters["css"] = _css
    return made


def _css(text: str) -> str:
    """A text for a quoted string of a style sheet; nothing in it ends the string or the sheet."""
    return _ACTS.sub(lambda match: f"\\{ord(match[0]):x} ", text)


def _parts(entries: tuple[Entry, ...]) -> Iterator[Part]:
    """The first, drawn, rows, then the others in folded parts."""
    yield Part(f"The best {min(DRAWN, len(entries))} of {len(entries)}", entries[:DRAWN])
    for first in range(DRAWN, len(entries), FOLDED):
        last = min(first + FOLDED, len(entries))
        yield Part(f"Molecules {first + 1} to {last} of {len(entries)}", entries[first:last])


def _policy(scripts: list[str]) -> str:
    hashes = " ".join(
        f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in dict.fromkeys(scripts)
    )
    own = "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src 'unsafe-inline'"
    return f"{own}; script-src {hashes}"
