"""`molgrad serve`: a campaign's folder for other agents, over the Model Context Protocol; and the sealed scores."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from molgrad.cli.terminal import say
from molgrad.docking.executor import load_executor
from molgrad.serve.sealed import score
from molgrad.serve.session import Session, Terms


def run_serve(folder: Path, terms: Terms) -> None:
    """Serve a folder on standard input and output until the client leaves.

    Args:
        folder: of a campaign, or a new one.
        terms: what the operator grants.

    Raises:
        MolgradError: the folder cannot be served so.
    """
    from molgrad.serve.server import serve_on_stdio

    session = Session(folder, terms)
    budget = session.budget
    say(
        f"serving {folder} on standard input and output: {budget.left} of {budget.docks} docks and "
        f"{budget.seconds_left / 3600:.1f} hours left; calls are kept in {session.store.path}"
    )
    code = serve_on_stdio(session)
    sys.stderr.flush()
    os._exit(code)  # nothing is left to do, and a thread that waits for a client or a model must not keep the process


def run_seal(folder: Path, terms: Terms) -> None:
    """Seal what is named and serve nothing, so that no client's configuration has to name it.

    Args:
        folder: of a campaign, or a new one.
        terms: with what is to be sealed.

    Raises:
        MolgradError: what cannot be sealed.
    """
    Session(folder, terms).close()
    sys.stdout.write(f"{folder}: {', '.join(terms.sealed)} sealed for every session to come\n")


def run_score(folder: Path, workers: int | None) -> None:
    """Measure what was handed in, and print the sealed scores.

    Args:
        folder: that was served.
        workers: molecules docked at once; all cores when None.

    Raises:
        CampaignError: nothing is sealed there.
    """
    executor = load_executor(None, workers)
    try:
        rows = score(folder, executor)
    finally:
        executor.shutdown(cancel_futures=True)
    for session, smiles, sealed, status, number, unit, _, words, _ in rows:
        shown = f"{number:.3f} {unit}" if number is not None else f"{status}: {words}"
        sys.stdout.write(f"{session}\t{sealed}\t{shown}\t{smiles}\n")
    if not rows:
        sys.stdout.write(f"{folder}: nothing was handed in\n")
