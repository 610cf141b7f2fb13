"""An example or two of each command, at the end of its `--help`."""

from __future__ import annotations

from collections.abc import Mapping

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "demo": ("molgrad demo --out runs/demo",),
    "doctor": ("molgrad doctor", "molgrad doctor --json"),
    "optimize": (
        "molgrad optimize -r 1ia1 -s leads.smi --docks 60 --out runs/1ia1",
        "molgrad optimize -r 1ia1 -s leads.smi --contact B:GLU32 --scope analogues",
        "molgrad optimize --config runs/1ia1/campaign.toml --out runs/again",
    ),
    "why": ("molgrad why runs/1ia1", "molgrad why runs/1ia1 m0012 --json"),
    "explain-prompt": ("molgrad explain-prompt runs/1ia1 --list", "molgrad explain-prompt runs/1ia1 m0012"),
    "lessons": ("molgrad lessons runs/1ia1", "molgrad lessons runs/lab --term ic50 --min 2 --json"),
    "ask": (
        'molgrad ask runs/lab -s leads.smi --term \'loss="assay", unit="nM"\'',
        "molgrad ask runs/lab -n 8 --out plate.xlsx --controls lead --repeat 1",
    ),
    "tell": ("molgrad tell runs/lab plate.xlsx --dry-run", "molgrad tell runs/lab --not-made m0008 --why insoluble"),
    "status": ("molgrad status runs/lab", "molgrad status runs/lab --best 10 --json"),
    "export": (
        "molgrad export runs/lab --top 20 --pick 5 --out colleagues.xlsx",
        "molgrad export runs/lab --molecule m0007 --molecule m0012 --csv --sdf",
    ),
    "report": ("molgrad report runs/lab", "molgrad report runs/lab --out summary.md"),
    "serve": ("molgrad serve --mcp sessions/one --docks 60",),
    "screen": ("molgrad screen -i library.smi.gz -r 1ia1 --docks 500 --out runs/screen",),
    "run": ("molgrad run library.toml --dry-run", "molgrad run library.toml"),
    "init": (
        "molgrad init campaign.toml --receptor 1ia1 --start 'Cc1cnc(N)nc1N my-lead'",
        "molgrad init library.toml",
    ),
    "dock": (
        "molgrad dock -r 1ia1 -i library.smi --out poses.sdf > scores.csv",
        "molgrad dock -r 1ia1 --explain 'COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC'",
    ),
    "states": ("molgrad states 'CN(C)CCNc1ccnc2cc(Cl)ccc12'", "molgrad states -i library.smi --json"),
    "route": (
        "molgrad route 'Cc1ccc(NC(=O)c2ccccc2)cc1Nc1ncccn1'",
        "molgrad route -i ideas.smi --stock our_store.csv --json",
    ),
    "receptor list": ("molgrad receptor list", "molgrad receptor list --json"),
    "receptor show": ("molgrad receptor show 1ia1 --picture contacts.svg",),
    "receptor redock": ("molgrad receptor redock 1ia1 --effort thorough",),
    "receptor prepare": (
        "molgrad receptor prepare protein.pdb --ligand B:TQ3194 --name mine",
        "molgrad receptor prepare protein.cif --residues A:GLU30,A:ILE112 --name mine",
    ),
    "receptor validate": ("molgrad receptor validate mine --actives a.smi --inactives i.smi",),
    "receptor calibrate": ("molgrad receptor calibrate mine --effort fast",),
}


def epilog(command: str) -> str | None:
    """The examples of a command as the last lines of its help; None where there are none.

    Args:
        command: its name, such as "receptor list".
    """
    lines = EXAMPLES.get(command)
    if not lines:
        return None
    said = ["Examples:" if len(lines) > 1 else "Example:", *lines]
    return "\n\n".join(said).replace("[", "\\[")  # a paragraph each; rich takes brackets for its own
