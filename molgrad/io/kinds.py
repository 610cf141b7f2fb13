"""Which reader a file is for: by the ending of its name, or by what it holds where that is plain."""

from __future__ import annotations

from pathlib import Path

from molgrad.io.encoding import head_of

TABLE, SDF, MOL2, XLSX = "table", "sdf", "mol2", "xlsx"
KINDS = {
    **dict.fromkeys((".smi", ".smiles", ".txt", ".csv", ".tsv", ".tab", ".ism", ".cxsmiles"), TABLE),
    **dict.fromkeys((".sdf", ".sd", ".mol", ".mdl"), SDF),
    ".mol2": MOL2,
    **dict.fromkeys((".xlsx", ".xlsm"), XLSX),
}
COMPRESSED = (".gz", ".bz2", ".xz")
_HEAD = 4096  # bytes in which a file of another kind shows itself


def ending(path: Path) -> str:
    """The ending that tells the kind: `.sdf` of `a.sdf.gz`, in lower case.

    Args:
        path: of a file, which need not exist.
    """
    name = path.name.lower()
    for packed in COMPRESSED:
        name = name.removesuffix(packed)
    return Path(name).suffix


def is_known(path: Path) -> bool:
    """Whether a file of this name is read.

    Args:
        path: of a file, which need not exist.
    """
    return ending(path) in KINDS


def kind_of(path: Path) -> str:
    """`TABLE`, `SDF`, `MOL2` or `XLSX`; empty where neither its name nor its first bytes tell.

    Args:
        path: of an existing file.

    Raises:
        DamagedFileError: it is compressed, and nothing of it can be unpacked.
        OSError: it cannot be opened or read.
    """
    head = head_of(path, _HEAD)
    if head.startswith(b"PK\x03\x04"):
        return XLSX
    if b"@<TRIPOS>MOLECULE" in head:
        return MOL2
    if b"\nM  END" in head or b" V2000" in head or b" V3000" in head:
        return SDF
    return KINDS.get(ending(path), "")
