"""What tools answer: every number with its unit and status, as JSON with a schema."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Reply(BaseModel):
    """Base of what a tool answers."""

    model_config = ConfigDict(extra="forbid")


class Quantity(Reply):
    """A number."""

    value: float
    unit: str = Field(description="'' for a number without unit.")
    sd: float | None = Field(
        default=None, description="Standard deviation, in the same unit; null where it is not known."
    )


class FactOut(Reply):
    """One measured statement about a molecule."""

    kind: str
    text: str
    atoms: list[int] = Field(default=[], description="Indices from 0 in the canonical SMILES.")
    partner: str | None = Field(default=None, description="The residue, rule or property it is about.")
    value: float | None = None
    unit: str | None = None


class Term(Reply):
    """One loss of an objective, measured."""

    name: str
    status: str = Field(description="ok, pending, invalid or failed; only ok has a score.")
    score: float | None = Field(default=None, description="Lower is better; in the term's own unit.")
    weight: float = 1.0
    contribution: float | None = Field(default=None, description="What it adds to the loss: weight times score.")
    raw: dict[str, float] = Field(default={}, description="The measured quantities by their usual names.")
    text: str = ""


class Molecule(Reply):
    """A molecule of the campaign."""

    id: str
    name: str = ""
    smiles: str
    status: str = Field(description="ok, pending, invalid or failed.")
    loss: float | None = Field(default=None, description="The total, lower is better; null unless ok.")
    terms: list[Term] = []
    parent: str = Field(default="", description="The id or name of the molecule it was made from.")
    reason: str = Field(default="", description="Why it was made, or why there is no loss.")
    proposed_by: str = ""


class Docked(Reply):
    """The outcome of docking one molecule."""

    smiles: str
    docked_smiles: str = Field(default="", description="Charge state, stereoisomer and tautomer that was docked.")
    receptor: str
    status: str = Field(description="ok, invalid (the molecule's fault) or failed (the machine's fault).")
    affinity: Quantity | None = Field(default=None, description="Lower is better; null unless ok.")
    ligand_efficiency: Quantity | None = Field(default=None, description="Affinity by heavy atom.")
    size_residual: Quantity | None = Field(
        default=None,
        description="Affinity minus what so many heavy atoms typically get here: negative is better than size.",
    )
    reason: str = ""
    note: str = ""
    found_before: bool = Field(default=False, description="Found in the cache; it counts like a dock.")


class Proposed(Reply):
    """A molecule that the search would measure next."""

    id: str = Field(default="", description="Where it was proposed before and waits to be measured.")
    smiles: str
    parent: str = ""
    change: str = Field(default="", description="How it differs from its parent.")
    reason: str = ""
    proposed_by: str = ""
    expected: dict[str, Quantity] = Field(default={}, description="Score of each term that was predicted.")


class Told(Reply):
    """What became of one told result."""

    molecule: str
    smiles: str
    assay: str
    outcome: str = Field(description="stored, told before, refused, unmatched, held back ...")
    understood: str = Field(description="How the value was read.")
    problem: str = Field(default="", description="Why it was not stored, and what to do.")
    warnings: list[str] = []


class Answer(Reply):
    """What jobs give; the field of the tool that began the job is filled."""

    docked: list[Docked] = []
    proposed: list[Proposed] = []
    molecules: list[Molecule] = Field(default=[], description="Of 'ask' and 'measure', in order.")
    told: list[Told] = []
    notes: list[str] = Field(default=[], description="What a reader of the results should know.")


class Head(Reply):
    """What is known of a job before there is a result."""

    job: str = Field(description="Ask for it again with 'job'.")
    tool: str
    state: str = Field(description="queued, running, done, failed, cancelled or interrupted.")
    done: int = 0
    total: int = Field(default=0, description="Molecules; 0 where it is not known yet.")
    message: str = Field(default="", description="How far it is, or why it ended without a result.")


class Job(Answer, Head):
    """Work that may outlast a call."""


class Receptors(Reply):
    """What can be docked into."""

    receptors: list[str] = Field(description="Names; 'receptor' shows one.")
    default: str = Field(default="", description="Taken where 'receptor' is left out.")


class ReceptorOut(Reply):
    """What is known of a receptor."""

    name: str
    origin: str
    box_center: list[float] = Field(description="x, y, z in Å.")
    box_size: list[float] = Field(description="Sides in Å.")
    native_contacts: list[str] = Field(default=[], description="Of the native ligand, within 4 Å.")
    residues: list[str] = Field(default=[], description="In or within 4 Å of the box.")
    notes: list[str] = []


class AtomEnergy(Reply):
    """What one atom of a pose contributes."""

    index: int = Field(description="From 0 in the canonical SMILES.")
    element: str
    energy: float = Field(description="kcal/mol, lower is better.")


class Explained(Reply):
    """A docked pose in words."""

    molecule: str
    smiles: str
    docked_smiles: str
    receptor: str
    affinity: Quantity | None
    intermolecular: Quantity | None = Field(
        default=None, description="Sum of the atoms' energies, before Vina's rotor term."
    )
    text: str = Field(description="The strongest facts, a line each.")
    facts: list[FactOut] = []
    atoms: list[AtomEnergy] = []
    pose: str = Field(default="", description="V2000 mol block in the receptor's frame, where it was asked for.")


class Checked(Reply):
    """What is known of a molecule without docking it."""

    given: str
    smiles: str = Field(default="", description="Canonical; '' where the text is no molecule.")
    sound: bool = Field(description="Whether it passes the checks that proposals have to pass.")
    reasons: list[str] = Field(default=[], description="What is wrong with it.")
    notes: list[str] = []
    passes_filters: bool = Field(
        default=False, description="SA at most 4, no alert, no open stereocentre, no broken ring."
    )
    alerts: list[str] = []
    terms: dict[str, Quantity] = Field(default={}, description="Exact descriptors.")
    objective: list[Term] = Field(default=[], description="The terms of the campaign's objective that are free.")
    known_as: str = Field(default="", description="Its id or name, where the campaign has it.")


class Said(Reply):
    """What was asked for, in words."""

    text: str


class Checks(Reply):
    """One entry for each molecule, in order."""

    molecules: list[Checked]


class BudgetOut(Reply):
    """What the session may still use."""

    docks: int
    spent: int
    left: int
    minutes_left: float


class Status(Reply):
    """How session and campaign stand."""

    budget: BudgetOut
    jobs: list[str] = Field(default=[], description="That are not finished.")
    campaign: bool = Field(description="Whether the folder holds a campaign.")
    objective: dict[str, float] = Field(default={}, description="The weight of each term of the loss.")
    proposed: int = 0
    measured: int = 0
    failed: int = 0
    pending: dict[str, int] = Field(default={}, description="Molecules that wait, by assay.")
    unmeasured: int = 0
    best: list[Molecule] = []
    notes: list[str] = []


class Why(Reply):
    """How a molecule came to be."""

    molecule: Molecule
    lineage: list[Molecule] = Field(description="From the start to the molecule, without their terms.")
    story: list[str] = Field(description="Each change: what was expected, what came, which contacts were kept.")
    lessons: list[str] = Field(default=[], description="What the campaign has shown so far.")


class HandedIn(Reply):
    """What was taken for the sealed measurement, whose results only the operator sees."""

    taken: list[str]
    left: int = Field(description="Molecules that may still be handed in.")
