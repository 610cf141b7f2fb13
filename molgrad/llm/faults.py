"""Failures of an endpoint as messages that say what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from molgrad import registry
from molgrad.errors import plain, shorten
from molgrad.llm.dialect import is_context_overflow
from molgrad.llm.endpoint import Endpoint

_OF_PARAMETERS = re.compile(
    r"response_format|v1/responses|not a chat model|\btool[_ ](use|calling|choice)|tools param", re.IGNORECASE
)
_OF_PICTURES = re.compile(r"image|multimodal|multi-modal|vision", re.IGNORECASE)
_USER = re.compile(r"//[^/@\s]*@")  # who a proxy knows, with the password
_WORDS = 300  # characters of an endpoint's own message that are shown
_READ = 20_000  # characters of it that are looked at


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """A request that gave no answer.

    Attributes:
        message: for the user; holds no key.
        complaint: the endpoint's own words where it refused the request's parameters, else empty.
        of_pictures: whether it refused the request, and names pictures as the reason.
    """

    message: str
    complaint: str = ""
    of_pictures: bool = False


class NotAChatCompletionError(Exception):
    """The endpoint answered with success, but not with a chat completion."""


class LeadsElsewhereError(Exception):
    """The endpoint answered with a redirect that is not followed, to the address in the message."""


def explain(error: Exception, endpoint: Endpoint, timeout: float, listed: Callable[[], Sequence[str]]) -> NoAnswer:
    """The fault behind an exception of the client.

    Args:
        error: what the client raised.
        endpoint: where it was calling.
        timeout: seconds it was willing to wait.
        listed: asks the endpoint which models it has; called only when the model was not found.
    """
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        words = endpoint.scrub(plain(_said(error)[:_READ]))  # in this order: what was inside a key is gone first
        named = status in (404, 500, 501) and _OF_PARAMETERS.search(words)  # statuses that mean other things, too
        complaint = words if status in (400, 422) or named else ""
        message = _of_status(status, words, endpoint, listed)
        refused = status not in (401, 403, 408, 429) and _OF_PICTURES.search(words) is not None
        return NoAnswer(endpoint.scrub(message), complaint, refused)
    return NoAnswer(endpoint.scrub(_of_silence(error, endpoint, timeout)))


def _said(error: Exception) -> str:
    body = getattr(error, "body", None)
    if isinstance(body, dict):
        try:
            words = [str(body[k]) for k in ("message", "error", "detail", "param", "code") if body.get(k)]
            return "; ".join(words) or str(body)
        except RecursionError:
            return "words nested too deeply to read"
    return str(body or getattr(error, "message", "") or error)


def _of_status(status: int, words: str, endpoint: Endpoint, listed: Callable[[], Sequence[str]]) -> str:
    at = f"the model endpoint {endpoint.url}"
    shown = shorten(" ".join(words.split()), _WORDS)
    if status == 401:
        # The endpoint's own words often quote part of the key, so they are left out.
        own = "the right key in the client that you gave" if endpoint.injected else f"{endpoint.variable} (or api_key=)"
        had = "refused the key" if endpoint.key else "wants a key"
        return f"{at} {had} (401); set {own}, or use the engine chemist, which needs none"
    if status == 404:
        return f"{at} knows no model {endpoint.model!r} (404: {shown}); {_advice(endpoint, listed())}"
    if status == 429:
        return (
            f"{at} accepts no more requests for now (429, after retries: {shown}); wait, check the account's "
            "quota, or use another model"
        )
    if is_context_overflow(words):
        return f"the prompt is too long for {endpoint.model} at {endpoint.url} ({status}: {shown}); " + (
            "choose a model with a longer context, raise the server's context length, or lower prompt_limit"
        )
    if status >= 500:
        return f"{at} is failing ({status}, after retries: {shown}); look at its log, or try again later"
    return f"{at} refused the request to {endpoint.model} ({status}: {shown})"


def _advice(endpoint: Endpoint, models: Sequence[str]) -> str:
    if models:
        return (
            "it has: "
            + ", ".join(shorten(endpoint.scrub(plain(m))) for m in models[:12])
            + (" ..." if len(models) > 12 else "")
        )
    if "/completions" in endpoint.url or endpoint.url.endswith("/responses"):
        return "the address ends where the version does (/v1): leave off what follows"
    if not endpoint.url.endswith("/v1"):
        return "most endpoints end in /v1: is that missing?"
    built_in = [name for name in registry.names("advisors") if name != "model"]
    return "check the model's name; built-in advisors: " + ", ".join(built_in)


def _of_silence(error: Exception, endpoint: Endpoint, timeout: float) -> str:
    at = f"the model endpoint {endpoint.url}"
    kind = type(error).__name__
    said = endpoint.scrub(plain(str(error)[:_READ]))
    if isinstance(error, NotAChatCompletionError):
        return f"{at} answered, but not with a chat completion ({shorten(said, _WORDS)}); does the address end in /v1?"
    if isinstance(error, LeadsElsewhereError):
        return (
            f"{at} leads to {shorten(said, _WORDS)}, where the prompt was not sent; if that address is right, "
            "give it (or its part up to /v1) as the endpoint's"
        )
    if "Timeout" in kind:
        return f"{at} did not answer within {timeout:g} s; give a larger timeout= or a smaller model"
    start = "start the server there" if endpoint.is_local else "check the address and the network"
    cause = error.__cause__ or error
    told = " ".join(endpoint.scrub(plain(f"{type(cause).__name__}: {cause}"[:_READ])).split())
    told = _USER.sub("//", told)
    if type(cause).__name__ in ("RemoteProtocolError", "ReadError"):
        return f"{at} broke off, or does not speak HTTP ({shorten(told, 120)}); look at its log, or try again later"
    return f"{at} cannot be reached ({shorten(told, 120)}); {start}, or use the engine chemist, which needs no endpoint"
