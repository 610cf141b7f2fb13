"""The JavaScript of the views: 3Dmol.js as it came, and what mounts scenes with it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
_LIBRARY, _VIEWER = _HERE / "3dmol" / "3Dmol-min.js", _HERE / "viewer.js"
# Without `exports`, `module` and `define` the library sets `window.$3Dmol`; otherwise a module loader, such as
# require.js on pages of nbconvert, takes it in.
_ALONE = "(function (exports, module, define) {{\n{code}\n}}).call(window);"
# A view whose library was loaded mounts itself; one that comes before it is mounted when it loads.
MOUNT = "<script>window.molgradSpace && window.molgradSpace.mountAll();</script>"


@cache
def library_script() -> str:
    """The `<script>` elements that every view of a page shares: put them once on a page, anywhere.

    They mount each `<div class="molgrad-space">` of `scene_html` when it comes into sight, and none twice. A page that
    adds views later calls `molgradSpace.mountAll()`. About 0.5 MB; nothing is loaded from a network.
    """
    library = _ALONE.format(code=_LIBRARY.read_text(encoding="utf-8"))
    code = f"if (!window.$3Dmol) {{ {library} }}"
    return "".join(f"<script>{_inside(text)}</script>" for text in (code, _VIEWER.read_text(encoding="utf-8")))


def _inside(code: str) -> str:
    """Code that no HTML parser ends too early."""
    return code.replace("</script", "<\\/script").replace("<!--", "<\\!--")
