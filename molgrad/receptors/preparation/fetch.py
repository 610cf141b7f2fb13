"""Download an entry of the PDB from the RCSB."""

from __future__ import annotations

import re
import urllib.error
from pathlib import Path

from molgrad.errors import InputFileError
from molgrad.fetching import fetched

ADDRESS = "https://files.rcsb.org/download/{}.cif.gz"
TIMEOUT = 600.0  # s; the largest entries are some 50 MB
_LARGEST = 200 << 20  # bytes


def fetch(pdb_id: str, folder: Path) -> Path:
    """Download an entry as mmCIF into a folder; a file that is there already is not downloaded again.

    Args:
        pdb_id: four characters, e.g. `1IEP`.
        folder: where the file is written.

    Raises:
        InputFileError: no PDB id, no such entry, or no network; says what to do.
    """
    name = pdb_id.strip().lower()
    if not re.fullmatch(r"[0-9][a-z0-9]{3}", name):
        raise InputFileError(f"{pdb_id!r} is no PDB id; one is a digit and three letters or digits, like 1IEP")
    target = folder / f"{name}.cif.gz"
    if target.is_file():
        return target
    address = ADDRESS.format(name.upper())
    try:
        data = fetched(address, _LARGEST, TIMEOUT)
    except urllib.error.HTTPError as error:
        why = "there is no such entry" if error.code == 404 else f"the server answered {error.code}"
        raise InputFileError(f"{pdb_id} could not be fetched from the RCSB: {why} ({address})") from None
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise InputFileError(
            f"{pdb_id} could not be fetched: no connection to files.rcsb.org ({reason}); fetch {address} on a machine "
            "with a network and give the file"
        ) from None
    if len(data) > _LARGEST:
        raise InputFileError(f"{pdb_id} could not be fetched: {address} holds more than {_LARGEST >> 20} MB")
    partial = target.with_name(f".{target.name}")
    partial.write_bytes(data)
    return partial.replace(target)
