"""Where a language model answers, and the key that goes there and nowhere else."""

from __future__ import annotations

import difflib
import html
import json
import os
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from molgrad import registry
from molgrad.errors import EngineError, shorten
from molgrad.llm.providers import Provider, provider_of

OPENAI_URL = "https://api.openai.com/v1"
EXAMPLE = "http://localhost:11434/v1#llama3"
_HIDDEN = "[key]"
_WHOLE, _PIECE = 20, 12  # characters: of a key that is no word, and of a piece that tells something of it
_LOCAL = re.compile(r"localhost|127(\.\d+){3}|::1|0\.0\.0\.0|host\.docker\.internal", re.IGNORECASE)


def _forms(key: str) -> Iterator[str]:
    """A key as URLs, HTML, JSON, hexadecimal and base64 write it, in base64 with other text around it, too."""
    yield from (key, quote(key, safe=""), html.escape(key), json.dumps(key)[1:-1])
    data = key.encode()
    if len(data) < _WHOLE:
        return
    yield from (data.hex(), data.hex().upper())
    for before, shared in enumerate((0, 2, 3)):  # of three bytes to four letters, some are shared with the neighbours
        coded = b64encode(bytes(before) + data).decode().rstrip("=")
        whole = coded[shared : (before + len(data)) // 3 * 4]
        yield from (whole, whole.replace("+", "-").replace("/", "_"))


class Secret:
    """A key that `str`, `repr` and pickles do not show; `reveal` gives it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The key itself, for the client that sends it."""
        return self._text

    def scrub(self, text: str) -> str:
        """`text` without the key as it is or as others write it, and without long pieces of it."""
        for form in dict.fromkeys(_forms(self._text)):
            text = text.replace(form, _HIDDEN)
        return self._without_pieces(text)

    def _without_pieces(self, text: str) -> str:
        """A stranger may have cut the key, or a message that quotes it."""
        key, kept, at = self._text, [], 0
        if len(key) < _WHOLE:
            return text
        pieces = {key[i : i + _PIECE] for i in range(len(key) - _PIECE + 1)}
        while at < len(text):
            end = at
            while text[end : end + _PIECE] in pieces:
                end += 1
            kept.append(text[at] if end == at else _HIDDEN)
            at = at + 1 if end == at else end + _PIECE - 1
        return "".join(kept)

    def __repr__(self) -> str:
        return "Secret(...)"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a key is not written into pickles; set it in the environment of the other process")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One model at one address.

    Attributes:
        url: the base URL, up to and including `/v1`.
        model: the model's name as the endpoint knows it.
        key: what authorizes the call; None where none is needed or known.
        variable: the variable of the environment that its key is read from.
        injected: whether the address and the key are those of a client that the user made.
    """

    url: str
    model: str
    key: Secret | None = field(default=None, repr=False)
    variable: str = "MOLGRAD_API_KEY"
    injected: bool = False

    @property
    def is_local(self) -> bool:
        """Whether the address is this machine, where proxies have no business."""
        return _LOCAL.fullmatch(urlsplit(self.url).hostname or "") is not None

    @property
    def is_openai(self) -> bool:
        """Whether the address is OpenAI's own."""
        host = urlsplit(self.url).hostname or ""
        return host == "api.openai.com" or host.endswith(".api.openai.com")

    def scrub(self, text: str) -> str:
        """`text` without the key."""
        return self.key.scrub(text) if self.key else text


def parse_endpoint(
    spec: str,
    *,
    base_url: str | None = None,
    api_key: str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Endpoint:
    """The endpoint behind "gpt-5-mini" or "http://localhost:11434/v1#llama3".

    A name that is another provider's ("claude-sonnet-4-5", "ollama/llama3"; `providers.tsv`) means its endpoint with
    its own key, unless an address is given or OPENAI_BASE_URL is set. OPENAI_API_KEY is sent to OpenAI and to the
    address in OPENAI_BASE_URL only; an address in `spec` or `base_url` gets `api_key` or MOLGRAD_API_KEY, so that a key
    never travels to a host it was not made for.

    Args:
        spec: a model's name, or an address with a model behind "#".
        base_url: the address, where `spec` is a name.
        api_key: the key; from the environment by default.
        environ: the environment.

    Raises:
        EngineError: the spec is no name and no "URL#model", or there is no key for OpenAI or the provider meant.
    """
    text = spec.strip()
    url, model = _split(text)
    given = url or base_url
    configured = environ.get("OPENAI_BASE_URL", "").strip()
    named = None if given or configured else provider_of(model)
    if named is not None:
        return _provided(*named, api_key, environ)
    address = _checked(given or configured or OPENAI_URL)
    names = ["MOLGRAD_API_KEY"]
    if Endpoint(address, model).is_openai:
        model = model.removeprefix("openai/")
        names = ["OPENAI_API_KEY"]
    elif _host(address) == _host(configured):
        names = ["OPENAI_API_KEY", "MOLGRAD_API_KEY"]
    key = _key([api_key or "", *(environ.get(name, "") for name in names)])
    used = next((name for name in names if environ.get(name, "").strip()), names[0])
    endpoint = Endpoint(address, model, key, used)
    if key is None and endpoint.is_openai:
        raise EngineError(
            f"the model {shorten(model)!r} needs a key{_meant(model)}: set OPENAI_API_KEY, or name an "
            f'endpoint of your own ("{EXAMPLE}"; "ollama/llama3" is the same), or use the engine chemist, which works '
            "without a key or a network"
        )
    return endpoint


def _provided(provider: Provider, model: str, api_key: str | None, environ: Mapping[str, str]) -> Endpoint:
    key = _key([api_key or "", *(environ.get(name, "") for name in provider.keys)])
    if key is None and provider.keys:
        raise EngineError(
            f"the model {shorten(model)!r} is {provider.title}'s and needs a key: set {' or '.join(provider.keys)}, or "
            f'name the endpoint that serves it, with the key in MOLGRAD_API_KEY ("https://HOST/v1#{shorten(model)}")'
        )
    used = next((name for name in provider.keys if environ.get(name, "").strip()), "MOLGRAD_API_KEY")
    return Endpoint(_checked(provider.address(environ)), model, key, used)


def endpoint_of(client: Any, spec: str) -> Endpoint:
    """The endpoint of a client that the user made, and a model (for Azure: a deployment) by its name.

    Raises:
        EngineError: the spec is no name, or the client is one that must be awaited.
    """
    url, model = _split(spec.strip())
    if url:
        raise EngineError(f"the client has an address already; name the model only: {shorten(model)!r}")
    if type(client).__name__.startswith("Async"):
        raise EngineError(f"{type(client).__name__} must be awaited; give an openai.OpenAI or openai.AzureOpenAI")
    # A client with Entra's tokens has a placeholder for a key.
    keys = (getattr(client, name, None) for name in ("_azure_ad_token", "api_key"))
    key = next((Secret(text) for text in keys if isinstance(text, str) and text), None)
    return Endpoint(str(client.base_url).rstrip("/"), model, key, injected=True)


def _meant(model: str) -> str:
    near = difflib.get_close_matches(model.lower(), registry.names("advisors"), n=1, cutoff=0.7)
    return f" (did you mean the built-in advisor {near[0]!r}?)" if near else ""


def _split(text: str) -> tuple[str, str]:
    if "://" not in text:
        if not text or re.search(r"[\s#]", text):
            raise EngineError(
                f'{shorten(text)!r} is not the name of a model; write a name ("gpt-5-mini") or an '
                f'endpoint with its model ("{EXAMPLE}")'
            )
        return "", text
    url, _, model = text.partition("#")
    if not model.strip():
        raise EngineError(
            f"the endpoint {shorten(_bare(url))} names no model; add '#' and the model's name, as in \"{EXAMPLE}\""
        )
    return url, model.strip()


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port  # raises for a port that is not a number
    except ValueError:
        sound = False
    if not sound or re.search(r"[\s\x00-\x1f]", url):
        raise EngineError(f'{shorten(_bare(url))!r} is not the address of an endpoint; write it like "{EXAMPLE}"')
    if parts.username or parts.password or parts.query:
        raise EngineError(
            f"the address {shorten(_bare(url))} may hold no user, password or query; put the key into MOLGRAD_API_KEY"
        )
    return url.rstrip("/")


def _bare(url: str) -> str:
    return re.sub(r"//[^/@]*@", "//", url.partition("?")[0])


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()


def _key(candidates: list[str]) -> Secret | None:
    text = next((c.strip() for c in candidates if c.strip()), "")
    if not text:
        return None
    if not text.isascii() or not text.isprintable() or " " in text:
        raise EngineError("the key holds characters that no key has (blanks or non-ASCII); copy it again")
    return Secret(text)
