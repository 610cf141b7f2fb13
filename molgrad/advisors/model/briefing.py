"""What a model is told about a molecule: facts, lineage, lessons, pocket; and what it is not told when masked."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from molgrad.advisors.model import prompts, sections, templates
from molgrad.advisors.model.measurements import QED_FACT, measured_words
from molgrad.advisors.model.table import anonymous, passed_words, plain_table, state_words, table_words
from molgrad.advisors.model.vetting import tried_before
from molgrad.autograd.compose import sum_of
from molgrad.autograd.domain import Domain
from molgrad.autograd.standing import Standing
from molgrad.autograd.variable import Variable
from molgrad.errors import InvalidMoleculeError
from molgrad.evaluation import CONTACT, DOCKING, Evaluation, Fact

LINEAGE, PREDICTION_LOG = "lineage", "prediction_log"  # sources of the words that a search leaves on a variable
_AMINO = "ALA|ARG|ASN|ASP|CYS|GLN|GLU|GLY|HI[SDEP]|ILE|LEU|LYS|MET|PHE|PRO|SER|THR|TRP|TYR|VAL"
_RESIDUE = re.compile(
    r"\w:(?=\d*[A-Z])[A-Z0-9]{1,3}-?\d+[A-Z]?"  # A:GLU30 and A:NDP195, as facts write it
    rf"|(?:{_AMINO}|[A-Z][a-z]{{2}})-?\d+[A-Z]?(?::\w+)?|(?:{_AMINO}):\w-?\d+[A-Z]?"  # GLU30, Glu30:A, GLU:A30
    r"|[A-Z]{3}(?::\w)?-?\d{3,}[A-Z]?(?::\w+)?"  # NDP195, NDP:A195
)
_ROLE = "ligand of a protein that is not named"
_TARGET, _SOMEWHERE = "the target", "a residue"


Case = tuple[Variable, Sequence[Evaluation]]


def subject(
    variable: Variable,
    evaluations: Sequence[Evaluation],
    domain: Domain,
    *,
    masked: bool,
    standing: Standing | None = None,
) -> prompts.PromptData:
    """Everything that a prompt says of one value; see `subjects`."""
    return subjects([(variable, evaluations)], domain, masked=masked, standing=standing)[0]


def subjects(
    about: Sequence[Case], domain: Domain, *, masked: bool, standing: Standing | None = None
) -> list[prompts.PromptData]:
    """Everything that a prompt says of several values; what holds for all of them is in the first.

    Args:
        about: each value with what an optimizer noted on it, and its measurements.
        domain: of the values.
        masked: whether the target's name and the identity of its residues are withheld.
        standing: what the search knows; None where no search asks.
    """
    if domain.name == "text":
        return [_text(variable, evaluations) for variable, evaluations in about]
    known = anonymous(standing) if masked and standing is not None else standing
    found = [_molecule(one, evaluations, domain, known, len(about)) for one, evaluations in about]
    found[1:] = [_brief(one) for one in found[1:]]
    found[0] = replace(found[0], **_shared(about, domain, known))
    terms = [term for _, evaluations in about for evaluation in evaluations for term in evaluation.all_terms()]
    return [hidden(one, terms) for one in found] if masked else found


def _text(variable: Variable, evaluations: Sequence[Evaluation]) -> prompts.PromptData:
    tried = tried_before(variable, evaluations)
    notes = dict(variable.briefing)
    return prompts.PromptData(
        variable.value,
        variable.role_description,
        molecule=False,
        measured=measured_words(evaluations),
        history=sections.history_words(tried),
        tried=tuple(value for value, _ in tried[-sections.HISTORY :]),
        lineage=_said(variable, LINEAGE),
        lessons=_said(variable, PREDICTION_LOG),
        constraints=notes.pop("constraints", ""),
        notes=tuple(notes.items()),
    )


def _brief(data: prompts.PromptData) -> prompts.PromptData:
    """The same without the sentences that explain a section, which stand with the first value."""
    numbers, options = data.numbers.partition("\n")[0], data.options.partition("\n")[2]
    return replace(data, numbers=numbers, held=data.held.removeprefix(templates.HELD), options=options)


def _molecule(
    variable: Variable, evaluations: Sequence[Evaluation], domain: Domain, standing: Standing | None, of: int
) -> prompts.PromptData:
    terms = [term for evaluation in evaluations for term in evaluation.all_terms()]
    facts = [fact for term in terms if term.active for fact in term.facts]
    numbers = _numbers(variable.value)
    total = sum_of(evaluations).score if evaluations else None
    stay = _held(domain, facts)
    measured = measured_words(evaluations, None if standing is None else standing.worth, stay, variable.value)
    known = {m.value for m in variable.measurements}
    data = prompts.PromptData(variable.value, variable.role_description, molecule=True, total=total, numbers=numbers)
    if standing is None:
        tried = tried_before(variable, evaluations)
        scores = {m.value: m.evaluation.score for m in variable.measurements}
        # Only what is compared with the present value has a place in the order.
        rows = [(value, said, scores[value] if "the present value" in said else None) for value, said in tried]
        beside = plain_table(rows, variable.value, total, sections.HISTORY)
        shown = tuple(value for value, _ in tried[-sections.HISTORY :])
        data = replace(data, beside=beside, tried=shown, lineage=_said(variable, LINEAGE))
    else:
        known |= {row.value for row in standing.measured}
        name = next((row.name.partition(" ")[0] for row in standing.measured if row.value == variable.value), "")
        data = replace(data, name=name, tried=tuple(row.value for row in standing.measured))
    return replace(
        data,
        measured=measured,
        held=f"{templates.HELD}{', '.join(map(str, stay))}." if stay else "",
        options=_options(variable.value, facts, domain, known, of),
    )


def _shared(about: Sequence[Case], domain: Domain, standing: Standing | None) -> dict[str, Any]:
    """What is said once, however many values a prompt is about."""
    variable, values = about[0][0], [one.value for one, _ in about]
    notes = dict(variable.briefing)
    given = notes.pop("constraints", "")
    asked: Sequence[str] = getattr(domain, "limits", (templates.MOLECULE_RULES, *domain.requirements))
    limits = dict.fromkeys((*(() if standing is None else standing.limits), *asked, given))
    found: dict[str, Any] = dict(constraints="\n".join(filter(None, limits)), notes=tuple(notes.items()))
    if any(
        fact.kind == QED_FACT for _, measured in about for one in measured for t in one.all_terms() for fact in t.facts
    ):
        from molgrad.advisors.model.group_costs import costs  # RDKit: only where there is a molecule

        found["costs"] = costs()
    if standing is None:
        return {**found, "lessons": _said(variable, PREDICTION_LOG)}
    lessons = "\n".join(f"- {lesson}" for lesson in standing.lessons if lesson.strip())
    found |= dict(search=state_words(standing, values), table=table_words(standing, values), lessons=lessons)
    return found | dict(passed=passed_words(standing), forecasts=standing.forecasts)


def _numbers(smiles: str) -> str:
    from molgrad.advisors.model.numbering import numbered  # RDKit: only where there is a molecule

    said = numbered(smiles)
    return f"{said}\n{templates.NUMBERS}" if said else ""


def _held(domain: Domain, facts: Sequence[Fact]) -> list[int]:
    """The atoms that a scope leaves alone."""
    from molgrad.molecule.holding import held

    return sorted(held(facts)) if domain.scope == "analogues" else []


def _said(variable: Variable, source: str) -> str:
    return "\n".join(gradient.text for gradient in variable.gradients if gradient.source == source)


def pocket(terms: Sequence[Evaluation]) -> list[str]:
    """The residues that the facts of a pose name, those of the strongest fact first."""
    named = [f.partner for term in terms for f in term.facts if f.partner and (f.of_pose or term.kind == CONTACT)]
    return list(dict.fromkeys(named))


# What of a prompt may name the target or a residue.
_WORDS = (
    "measured",
    "beside",
    "lineage",
    "options",
    "constraints",
    "search",
    "table",
    "passed",
    "lessons",
    "forecasts",
)


def hidden(data: prompts.PromptData, terms: Sequence[Evaluation]) -> prompts.PromptData:
    """The same without the target: residues become `residue 1`, `residue 2`, in the order in which facts name them."""
    notes = tuple((name, masked(text, terms)) for name, text in data.notes)
    words: dict[str, Any] = {name: masked(getattr(data, name), terms) for name in _WORDS}
    return replace(data, role=_ROLE, notes=notes, **words)


def masked(text: str, terms: Sequence[Evaluation]) -> str:
    """`text` without the names of the target and of residues, those that these measurements name and any other."""
    names = {name: f"residue {i}" for i, name in enumerate(pocket(terms), 1)}
    targets = {str(term.details["receptor"]) for term in terms if term.details.get("receptor")}
    targets |= {f.partner for term in terms for f in term.facts if f.kind == DOCKING and f.partner}
    names |= dict.fromkeys(sorted(targets), _TARGET)
    for name in sorted(names, key=lambda name: (-len(name), name)):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", names[name], text, flags=re.IGNORECASE)
    return "\n".join(" ".join(_masked(word) for word in line.split(" ")) for line in text.split("\n"))


def _masked(word: str) -> str:
    """A residue that another molecule's facts named; a whole word at a time, so that no SMILES is touched."""
    bare = word.strip(".,;:()[]'\"")
    return word.replace(bare, _SOMEWHERE) if _RESIDUE.fullmatch(bare) else word


def _options(smiles: str, facts: Sequence[Fact], domain: Domain, known: Collection[str], of: int) -> str:
    from molgrad.advisors.model.options import LINES, applicable, located

    heavy = sorted(facts, key=lambda fact: -fact.weight)
    focus = [atom for atom in located(fact.atoms for fact in heavy) if atom < prompts.MAX_ATOMS]
    try:
        said = applicable(smiles, focus, domain, facts, known, LINES if of == 1 else LINES // 2)
    except (InvalidMoleculeError, NotImplementedError):  # a start with faults, or values of a kind of its own
        return ""
    return f"{templates.OPTIONS}\n{said}" if said else ""
