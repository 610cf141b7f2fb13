"""A web service as a loss: the questions and answers of `Command`, sent by POST."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from molgrad.errors import ConflictingSettingsError, shorten
from molgrad.llm.endpoint import Secret
from molgrad.llm.logs import keep_out_of_logs
from molgrad.losses.programs.asked import AskedLoss
from molgrad.losses.programs.fault import NoAnswer
from molgrad.losses.programs.lines import Question
from molgrad.losses.programs.post import Busy, Service
from molgrad.losses.programs.scale import Scale

TRIES = 3  # of a batch, where nobody answers or the service is busy
_PAUSE = 0.5  # seconds before the second try; twice as many before the third
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
_KEY_LIKE = re.compile(r"(api|access)?_?(key|token|secret|password|sig(nature)?)", re.IGNORECASE)
_HEADER = re.compile(r"[A-Za-z0-9-]+")


class HTTP(AskedLoss):
    """The value that a service predicts: `mg.HTTP("https://predictor.example/predict", key="PREDICTOR_KEY")`.

    A POST holds the lines that `Command` sends to a program; the reply holds the same answers, as lines or as one list.
    Scale: the service's own, lower is better unless `direction`, `target` or `window` says otherwise. Raw: the value
    under the loss's name. `sd`: standard deviation of the value, in its unit. Facts: as the service says; atoms are
    those of the SMILES it was sent, from 0.
    Failure: as of `Command`. Where nobody answers or the service is busy (408, 425, 429, 5xx) it is asked three times.
    Key: read from the environment for each request, and sent to this address only: redirects are not followed. It is in
    no settings, message or file.

    Args:
        url: the address, http or https, without user, password or key.
        name: its name in tables.
        key: the name of the environment variable that holds the key; none is sent by default.
        header: the header that carries it: "Authorization", as a bearer's token, or one of the service's own.
        direction: "minimize", or "maximize" where a larger value is better.
        target: a value that is good enough; nothing is gained beyond it.
        window: the lowest and the highest value wanted, instead of direction and target.
        unit: of the value, in words.
        scale: "log" where values are compared as log10, such as concentrations; then all of them are above 0.
        timeout: seconds for the reply to one batch.
        batch: molecules sent together, at most.
        expensive: False for a service so fast that every candidate may be sent to it; else a surrogate chooses.

    Raises:
        ConflictingSettingsError: an argument that makes no sense; says which.
    """

    kind = "http"
    advice = 'Look at the service\'s own log; the first line that it was sent: {"id": "1", "smiles": "CCO"}'

    def __init__(
        self,
        url: str,
        *,
        name: str = "http",
        key: str | None = None,
        header: str = "Authorization",
        direction: Literal["minimize", "maximize"] = "minimize",
        target: float | None = None,
        window: Sequence[float] | None = None,
        unit: str = "",
        scale: Literal["linear", "log"] = "linear",
        timeout: float = 60.0,
        batch: int = 64,
        expensive: bool = True,
    ) -> None:
        if key is not None and not _VARIABLE.fullmatch(key):  # it may be a key: it is not repeated
            raise ConflictingSettingsError("key is the name of an environment variable, such as PREDICTOR_KEY")
        if not _HEADER.fullmatch(header):
            raise ConflictingSettingsError(f"header is the name of an HTTP header, not {shorten(header)!r}")
        self.url, self.key, self.header = _checked(url), key, header
        try:
            super().__init__(name, Scale(name, direction, target, window, unit, scale), timeout, batch, expensive)
        except ValueError as error:
            raise ConflictingSettingsError(f"the term {name!r}: {error}") from None

    def _begin(self) -> None:
        super()._begin()
        self._service = Service(self.url)

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in super().__getstate__().items() if key != "_service"}

    def spec(self) -> dict[str, Any]:
        """Address, the name of the key's variable, and what `AskedLoss` tells."""
        key = {} if self.key is None else {"key": self.key, "header": self.header}
        return {**super().spec(), "url": self.url, **key}

    def _ask(self, questions: Sequence[Question]) -> list[dict[str, Any]]:
        secret = self._secret()
        due = time.monotonic() + self.timeout
        for attempt in range(1, TRIES + 1):
            try:
                return self._service.ask(questions, self._headers(secret), max(0.01, due - time.monotonic()))
            except Busy as fault:
                if attempt == TRIES or time.monotonic() + _PAUSE * attempt >= due:
                    raise NoAnswer(_scrubbed(str(fault), secret)) from None
            except NoAnswer as fault:
                raise NoAnswer(_scrubbed(str(fault), secret), passing=fault.passing) from None
            time.sleep(_PAUSE * attempt)
        raise AssertionError("the last try returns or raises")

    def _secret(self) -> Secret | None:
        if self.key is None:
            return None
        text = os.environ.get(self.key, "").strip()
        if not text:
            raise NoAnswer(f"the environment variable {self.key} is not set; put the service's key there")
        if not text.isascii() or not text.isprintable():
            raise NoAnswer(f"the environment variable {self.key} holds characters that no key has")
        secret = Secret(text)
        keep_out_of_logs(secret)
        return secret

    def _headers(self, secret: Secret | None) -> Mapping[str, str]:
        if secret is None:
            return {}
        bearer = "Bearer " if self.header.lower() == "authorization" else ""
        return {self.header: bearer + secret.reveal()}

    def close(self) -> None:
        """Close the connections; the next measurement opens them again."""
        self._service.close()


def _scrubbed(text: str, secret: Secret | None) -> str:
    return text if secret is None else secret.scrub(text)


def _checked(url: str) -> str:
    """The address; what may hold a key is refused, and not repeated."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except (ValueError, AttributeError):
        sound = False
    if not sound or re.search(r"[\s\x00-\x1f]", url):
        raise ConflictingSettingsError("url is an address such as https://predictor.example/predict")
    if parts.username or parts.password or any(_KEY_LIKE.fullmatch(name) for name, _ in parse_qsl(parts.query)):
        raise ConflictingSettingsError(
            "url holds no password or key: put it into an environment variable and name that with key=..."
        )
    return url.partition("#")[0]
