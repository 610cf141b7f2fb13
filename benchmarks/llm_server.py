"""The scripted model and the oracle of benchmarks/llm.py, both over real HTTP on 127.0.0.1, for both packages alike."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from urllib.parse import parse_qs, urlsplit
from zlib import crc32

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # tests/loopback.py is the server

from molgrad.autograd.loss import Loss
from molgrad.chem.descriptors import describe
from molgrad.molecule.domain import MOLECULES
from tests.loopback import Loopback, Reply, Request, completion

OURS, THEIRS = re.compile(r"<smiles(?:_\w+)?>\n(\S+)\n"), re.compile(r"<VARIABLE> (.*?) </VARIABLE>", re.DOTALL)
TAGS = ("<IMPROVED_VARIABLE>", "</IMPROVED_VARIABLE>")
RESCUE = "NC(=O)c1ccccc1"  # what a model goes on from that is shown no molecule
POOL = 10  # neighbours among which the scripted model takes the most drug-like: competent, and the same every time
SPOILED = 0.3  # share of answers that are spoiled
# What models write where they are asked for criticism: "a short criticism" and feedback of a paragraph.
JUDGED = (
    "The molecule binds too weakly: its docking score is above what a drug-like ligand of this pocket should reach, "
    "and its drug-likeness leaves room. It has too few groups that reach hydrogen-bond partners, and parts of it lie "
    "open to the solvent. Adding a polar group on the ring, or filling the lipophilic space beside it, should improve "
    "both."
)
FEEDBACK = (
    "To improve the docking score, consider adding a substituent that can accept a hydrogen bond, since the present "
    "molecule leaves donors of the pocket without a partner. Increasing the aromatic surface may strengthen stacking "
    "with neighbouring residues, but it should not raise the lipophilicity too far, because drug-likeness is judged "
    "too. Replacing flexible chains by a ring would lower the number of rotatable bonds, which costs affinity through "
    "entropy. Avoid reactive groups, and keep the molecular weight below five hundred, so that the molecule remains "
    "orally available; small changes at one position at a time are safest."
)
CRITIQUE = (
    "Docking costs most: the ring atoms hold the pose, while the polar atoms have no partner in the pocket. "
    "The drug-likeness suffers from rotatable bonds at the chain. A polar group on the ring should mend both."
)


@lru_cache(maxsize=10_000)
def improved(parent: str) -> tuple[tuple[str, str, str, tuple[int, ...]], ...]:
    """Neighbours of a molecule, the most drug-like first: SMILES, reason, rule, atoms."""
    try:
        found = MOLECULES.neighbours(parent, crc32(parent.encode()), POOL)
    except ValueError:
        return ()
    ranked = sorted(found, key=lambda item: (-describe(item[0])["qed"], item[0]))
    return tuple((value, e.reason, e.payload["transform"], tuple(e.payload["atoms"])) for value, e in ranked)


def fresh(parent: str, request: Request) -> list[tuple[str, str, str, tuple[int, ...]]]:
    """Five of them that the prompt does not name as tried before: a competent model reads what it is told."""
    return [one for one in improved(parent) if one[0] not in re.split(r"[\s:]", request.prompt)][:5]


def honest(request: Request) -> str:
    """What a competent model answers: proposals of ours as JSON, TextGrad's three calls as it asks for them."""
    if TAGS[0] in request.prompt and (shown := THEIRS.search(request.prompt)):
        parent = next((word for word in shown[1].split() if improved(word)), RESCUE)  # whatever garbage stands there
        found = fresh(parent, request)
        return f"{TAGS[0]} {found[0][0] if found else parent} {TAGS[1]}"
    if ours := OURS.search(request.prompt):
        found = fresh(ours[1], request)
        edits = [{"edit": rule, "atoms": list(at), "group": "", "reason": why} for _, why, rule, at in found[:2]]
        whole = [{"smiles": value, "reason": why} for value, why, *_ in found[2:]]
        return json.dumps({"critique": CRITIQUE, "edits": edits, "smiles": whole})
    return FEEDBACK if "feedback" in request.system.lower() else JUDGED


def _untagged(text: str) -> str:
    return re.sub(r'[{}\[\]"]|</?IMPROVED_VARIABLE>', "", text)


def _open(text: str) -> str:
    # Who forgets to close the tag goes on talking.
    return text.replace(TAGS[1], "\nThis adds a polar group.") if TAGS[1] in text else text.rstrip("}]")


def _invalid(text: str) -> str:
    text = re.sub(rf"{TAGS[0]} (\S+) {TAGS[1]}", rf"{TAGS[0]} C1CC( {TAGS[1]}", text)
    return re.sub(r'"smiles": "[^"]*"', '"smiles": "C1CC("', re.sub(r'"edit": "[^"]*"', '"edit": "nonsense"', text))


def _wrong(text: str) -> str:
    return f"{TAGS[0]} 7 {TAGS[1]}" if TAGS[0] in text else '{"critique": 5, "edits": {"a": 1}, "smiles": 7}'


def _fenced(text: str) -> str:
    if TAGS[0] in text:  # as models fence: within the tags
        return text.replace(TAGS[0], f"{TAGS[0]}\n```smiles\n").replace(TAGS[1], f"\n```\n{TAGS[1]}")
    return f"```json\n{text}\n```"


WAYS = {
    "no tags": _untagged, "no closing tag": _open, "fenced": _fenced,
    "prose around": lambda text: f"Sure! Here is what I suggest.\n\n{text}\n\nI hope this helps.",
    "truncated": lambda text: text[: len(text) // 2], "wrong type": _wrong, "empty": lambda text: text[:0],
    "invalid SMILES": _invalid,
}  # fmt: skip


@dataclass
class Model:
    """The scripted model: honest answers, `latency` seconds each, some of them spoiled in one `way`.

    Tokens are characters divided by four, for every request and answer alike.
    """

    latency: float = 0.0
    way: str = ""
    calls: int = 0
    tokens: int = 0
    spoiled: int = 0
    lock: Lock = field(default_factory=Lock)

    def __call__(self, request: Request) -> Reply:
        text = honest(request)
        proposes = TAGS[0] in text or '"smiles"' in text
        spoil = bool(self.way) and proposes and crc32(request.prompt.encode()) % 100 < SPOILED * 100
        if spoil:
            text = WAYS[self.way](text)
        sent, answered = len(request.prompt) // 4, len(text) // 4
        with self.lock:
            self.calls, self.tokens, self.spoiled = self.calls + 1, self.tokens + sent + answered, self.spoiled + spoil
        time.sleep(self.latency)
        return completion(text, sent, answered)


@contextmanager
def served(model: Model) -> Iterator[Loopback]:
    """The model behind an address."""
    with Loopback(model) as server:
        yield server


@contextmanager
def oracle(loss: Loss) -> Iterator[str]:
    """An address where `?smiles=...` gives the numbers of a loss as JSON, for a package that docks nothing itself."""
    lock = Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            smiles = parse_qs(urlsplit(self.path).query)["smiles"][0]
            with lock:
                found = loss.evaluate([smiles])[0]
            body = json.dumps({"score": found.score, "raw": dict(found.raw), "reason": found.reason}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
