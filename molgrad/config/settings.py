"""Every setting of a run, once: the command line, TOML files, Python and campaign.toml are made from these fields."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, create_model, field_validator, model_validator

from molgrad.autograd.domain import Scope
from molgrad.config.docking_fields import DOCK_FIELDS
from molgrad.config.fields import CHEMISTRY, DOCKING, EFFORT, MODEL, OUTPUT, WHAT, declared, is_many, setting
from molgrad.config.refusals import MISSING, in_words
from molgrad.errors import ConflictingSettingsError, InputFileError
from molgrad.llm.limits import CALLS as TOOL_CALLS
from molgrad.llm.limits import DOCKS as TOOL_DOCKS

BATCH = 6  # molecules; as in `campaign`, whose import would slow down --help
EXCLUSIVE = {
    ("effort", "exhaustiveness"): "give an effort ({effort}) or an exhaustiveness ({exhaustiveness}), not both",
    ("objective", "term"): "give an objective by name or [[term]] tables of your own, not both",
}

if TYPE_CHECKING:
    _Docking = BaseModel  # its fields are known when it runs
else:
    _Docking = create_model("_Docking", **DOCK_FIELDS)


class RunSettings(_Docking):
    """The settings of a campaign against a receptor: `mg.run(mg.RunSettings(receptor="1ia1", start=[...]))`.

    The fields of docking (`effort`, `poses`, `tautomers`, ...) are those of `DockSettings`; `molgrad optimize --help`
    lists every field with its default and bounds. Frozen; `replaced` gives changed copies.

    Raises:
        UnknownNameError: a setting that does not exist, with what was probably meant.
        InputFileError: a value of the wrong kind or out of bounds, with the setting's name.
        ConflictingSettingsError: two settings that exclude one another.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    receptor: str | None = setting(
        None, "A name from 'receptor list', or a folder; for an objective that docks.", group=WHAT, short="-r"
    )
    start: Sequence[str] = setting(
        ...,
        "A SMILES, or a .smi, .csv, .sdf, .mol2 or .xlsx file (also .gz), or a folder",
        group=WHAT,
        short="-s",
        items="SMILES or files",
    )
    name_column: str | None = setting(
        None, "The column or SDF property with the molecules' names.", group=WHAT, shown="found by its name and values"
    )
    smiles_column: str | None = setting(
        None, "The column with the SMILES.", group=WHAT, shown="found by its name and values"
    )
    docks: int = setting(60, "Molecules to dock in all.", group=EFFORT, least=1, most=10_000_000)
    max_evaluations: int | None = setting(
        None, "Molecules in all, however many docks each takes.", group=EFFORT, least=1, most=10_000_000
    )
    max_hours: float | None = setting(
        None, "Hours of this run; what is measured then is finished.", group=EFFORT, least=0.0, most=1e5
    )
    until_score: float | None = setting(None, "Stop at a loss as low as this.", group=EFFORT)
    patience: int | None = setting(
        None, "Stop after so many molecules without a new best.", group=EFFORT, least=1, most=10_000_000
    )
    seed: int = setting(0, "Same seed, same result.", group=EFFORT, least=0, most=2**31 - 1)
    out: str | None = setting(None, "The run folder.", group=OUTPUT, short="-o", shown="runs/RECEPTOR")
    objective: str | None = setting(
        None,
        "What is minimized: default, lead, dockstring or textgrad.",
        group=WHAT,
        shown="lead, from fragments default",
    )
    term: Sequence[Mapping[str, Any]] = setting(
        (), """A term of an objective of your own, as in TOML: 'loss = "logp", weight = 2.0, high = 3.5'""", group=WHAT
    )
    contact: Sequence[str] = setting(
        (), "A residue that poses should hydrogen-bond to, A:GLU30", group=WHAT, items="residues"
    )
    require: Sequence[str] = setting(
        (), "A residue that poses must hydrogen-bond to, or are no result, A:GLU30", group=WHAT, items="residues"
    )
    force: bool = setting(False, "Go on where no lead's pose makes the contacts asked for.", group=WHAT)
    role: str | None = setting(
        None, "What the molecules are for, in words that an advisor reads.", group=WHAT, shown="ligand of RECEPTOR"
    )
    workers: int | None = setting(
        None, "Molecules docked at once.", group=EFFORT, least=1, most=1024, shown="all cores"
    )
    engine: str = setting("chemist", "Who advises: chemist, a model, URL#model, or replay:FOLDER.", group=MODEL)
    search: str = setting(
        "population",
        "What chooses the molecules: population, pareto, beam, tgd, or another installed one.",
        group=EFFORT,
    )
    batch: int = setting(BATCH, "Molecules proposed before results are used.", group=EFFORT, least=1, most=1000)
    brief: str | None = setting(
        None, "Begin with the lessons of this run, until this one's own contradict them.", group=EFFORT
    )
    brief_across: bool = setting(False, "Take from it lessons of docking into another receptor, too.", group=EFFORT)
    replicates: bool = setting(
        True,
        "Dock leaders with uncertain scores again before building on them, one of six docks at most.",
        group=EFFORT,
    )
    scope: Scope | None = setting(
        None,
        "How far to go: analogues (single changes of measured molecules), hop (other cores too), free.",
        group=CHEMISTRY,
        shown="analogues from drug-sized starts, else free",
    )
    core: str | None = setting(
        None,
        "SMARTS of the series' core, in every start and every proposal.",
        group=CHEMISTRY,
        shown="for analogues the rings and linkers that the starts share",
    )
    vary: Sequence[str] = setting(
        (),
        "Positions of the lead that alone may change, 'R1=atoms 3,4', from 0 along its canonical SMILES",
        group=CHEMISTRY,
        items="positions",
    )
    keep: Sequence[str] = setting((), "SMARTS that every proposal must hold", group=CHEMISTRY, items="SMARTS")
    exclude: Sequence[str] = setting((), "SMARTS that no proposal may hold", group=CHEMISTRY, items="SMARTS")
    min_similarity: float = setting(
        0.0, "Least similarity to a start (Tanimoto, Morgan radius 2).", group=CHEMISTRY, least=0.0, most=1.0
    )
    require_route: bool = setting(
        False, "Propose only what has a synthesis route of at most three reactions.", group=CHEMISTRY
    )
    stock: str | None = setting(
        None,
        "File with what can be bought for routes: SMILES, identifiers, prices.",
        group=CHEMISTRY,
        shown="common reagents",
    )
    reactions: Sequence[str] = setting(
        (),
        "Propose exchanges of a partner from stock by these reactions, 'amide coupling,Suzuki coupling'",
        group=CHEMISTRY,
        items="reactions",
    )
    building_blocks: str | None = setting(
        None,
        "File with the partners that such exchanges may put in.",
        group=CHEMISTRY,
        shown="the stock",
    )
    preset: str = setting("druglike", "What may be proposed: druglike, or strict (SA to 4, no alert).", group=CHEMISTRY)
    box: str = setting(
        "default", "default (22 Å for DOCKSTRING receptors), or published (their 30 Å boxes).", group=DOCKING
    )
    pose: str | None = setting(
        None, "SDF with the lead's known binding mode: poses are built on it too; see --pose-mode.", group=WHAT
    )
    executor: str = setting(
        os.environ.get("MOLGRAD_EXECUTOR") or "processes",
        "Where docks run: processes (of this machine), dask://HOST:8786, dask-local:4, or a file of jobs, slurm.toml.",
        group=EFFORT,
    )
    cache: bool = setting(True, "Reuse docks made before.", group=EFFORT)
    masked: bool = setting(False, "Tell the model neither the target's name nor its residues.", group=MODEL)
    calls_per_step: Literal["one", "three"] = setting(
        "one", "Calls of the model for a judgement, feedback and proposals: one, or three as in TextGrad.", group=MODEL
    )
    prompts: Literal["parent", "batch"] = setting(
        "parent",
        "Requests of a step: one for each parent that is asked about, or one for a batch.",
        group=MODEL,
    )
    tools: bool = setting(
        False, "Let the model call tools before it answers: check, route, atom, find and dock.", group=MODEL
    )
    tool_calls: int = setting(
        TOOL_CALLS, "Calls of tools that are answered in a step.", group=MODEL, least=1, most=1000
    )
    tool_docks: int = setting(
        TOOL_DOCKS, "Molecules that the model may have docked by tools in a step.", group=MODEL, least=0, most=1000
    )
    max_calls: int | None = setting(
        None, "Calls of the model in all; then the run stops.", group=MODEL, least=0, most=10**9
    )
    max_tokens: int | None = setting(
        None, "Tokens of the model in all, sent and answered.", group=MODEL, least=0, most=10**12
    )
    max_cost: float | None = setting(
        None, "Money for the model in all; needs --price.", group=MODEL, least=0.0, most=1e9
    )
    price: tuple[float, float] | None = setting(
        None, "IN,OUT: money per million tokens sent and answered.", group=MODEL
    )
    per_minute: int | None = setting(None, "Requests to the model a minute, at most.", group=MODEL, least=1, most=10**6)
    llm_cache: bool = setting(True, "Reuse the model's earlier answers.", group=MODEL)

    if not TYPE_CHECKING:  # type checkers see the fields as arguments

        def __init__(self, **settings: Any) -> None:
            """Check every setting; see the class for what is raised."""
            try:
                super().__init__(**settings)
            except ValidationError as error:
                raise in_words(error, settings, declared(type(self))) from None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, given: Mapping[str, Any]) -> dict[str, Any]:
        """Lists as tuples, paths as text, one text where several may stand as a list of one; refuses conflicts."""
        for pair, message in EXCLUSIVE.items():
            if all(given.get(name) not in (None, (), []) for name in pair):
                raise ConflictingSettingsError(message.format(**given))
        many = {name for name, info in cls.model_fields.items() if is_many(info)}
        return {name: _plain_value(value, name in many) for name, value in given.items()}

    @field_validator("price", mode="before")
    @classmethod
    def _prices(cls, given: object) -> tuple[float, float] | None:
        return read_price(given)

    @model_validator(mode="after")
    def _docks_somewhere(self) -> RunSettings:
        """Refuses an objective that docks where no receptor is given."""
        asked = [term for term in self.term if term.get("loss") == "docking" and "receptor" not in term]
        if self.receptor is None and (not self.term or asked or self.contact or self.require):
            raise InputFileError(MISSING["receptor"])
        return self

    @property
    def target(self) -> str:
        """The receptor.

        Raises:
            InputFileError: none was given.
        """
        if self.receptor is None:
            raise InputFileError(MISSING["receptor"])
        return self.receptor

    def how_far(self) -> dict[str, Any]:
        """The arguments of `Campaign.run`."""
        limits = {"max_hours": self.max_hours, "until_score": self.until_score, "patience": self.patience}
        return {"docks": self.docks, "evaluations": self.max_evaluations, **limits}

    def replaced(self, **settings: Any) -> RunSettings:
        """A copy with other values, checked like the first.

        Args:
            settings: by name; None takes one back to its default.
        """
        return RunSettings(**merged(self.given(), settings))

    def given(self) -> dict[str, Any]:
        """The settings that were given, by name."""
        return {name: getattr(self, name) for name in self.model_fields_set}


def merged(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of which later ones win, also over the alternatives that they exclude.

    Args:
        before: settings by name, such as those of a file.
        after: settings by name, such as a command's options; None takes one back to its default.
    """
    replaced = {other for pair in EXCLUSIVE if set(pair) & set(after) for other in pair}
    kept = {name: value for name, value in before.items() if name not in replaced}
    return {name: value for name, value in {**kept, **after}.items() if value is not None}


def read_price(given: object) -> tuple[float, float] | None:
    """Money per million tokens, sent and answered.

    Args:
        given: "0.25,2", a list of two numbers, or None.

    Raises:
        ConflictingSettingsError: anything else.
    """
    if given is None:
        return None
    parts: Any = given.split(",") if isinstance(given, str) else given
    try:
        sent, answered = (float(part) for part in parts)
    except (TypeError, ValueError):
        sent = answered = -1.0
    if not (0 <= sent < math.inf and 0 <= answered < math.inf):
        raise ConflictingSettingsError(
            f"--price takes two numbers, per million tokens sent and answered: 0.25,2, not {given}"
        )
    return sent, answered


def _plain_value(value: Any, many: bool) -> Any:
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if many and isinstance(value, str | Mapping):
        return (value,)
    return tuple(value) if many and isinstance(value, list) else value
