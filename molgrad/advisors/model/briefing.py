"""What a model is told about a molecule: facts, lineage, lessons, pocket; and what it is not told when masked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from molgrad.advisors.model import prompts, sections, templates
from molgrad.advisors.model.vetting import tried_before
from molgrad.autograd.compose import sum_of
from molgrad.autograd.domain import Domain
from molgrad.autograd.variable import Variable
from molgrad.errors import InvalidMoleculeError
from molgrad.evaluation import CONTACT, DOCKING, Evaluation

LINEAGE, PREDICTION_LOG = "lineage", "prediction_log"  # sources of the words that a search leaves on a variable
_AMINO = "ALA|ARG|ASN|ASP|CYS|GLN|GLU|GLY|HI[SDEP]|ILE|LEU|LYS|MET|PHE|PRO|SER|THR|TRP|TYR|VAL"
_RESIDUE = re.compile(
    r"\w:(?=\d*[A-Z])[A-Z0-9]{1,3}-?\d+[A-Z]?"  # A:GLU30 and A:NDP195, as facts write it
    rf"|(?:{_AMINO}|[A-Z][a-z]{{2}})-?\d+[A-Z]?(?::\w+)?|(?:{_AMINO}):\w-?\d+[A-Z]?"  # GLU30, Glu30:A, GLU:A30
    r"|[A-Z]{3}(?::\w)?-?\d{3,}[A-Z]?(?::\w+)?"  # NDP195, NDP:A195
)
_ROLE = "ligand of a protein that is not named"
_TARGET, _SOMEWHERE = "the target", "a residue"


def subject(
    variable: Variable, evaluations: Sequence[Evaluation], domain: Domain, *, masked: bool
) -> prompts.PromptData:
    """Everything that a prompt says of a value.

    Args:
        variable: the value, with what an optimizer noted on it.
        evaluations: its measurements.
        domain: of the value.
        masked: whether the target's name and the identity of its residues are withheld.
    """
    terms = [term for evaluation in evaluations for term in evaluation.all_terms()]
    molecule = domain.name != "text"
    tried = tried_before(variable, evaluations)
    history, shown = sections.history_words(tried), tuple(value for value, _ in tried[-sections.HISTORY :])
    notes = dict(variable.briefing)
    constraints = notes.pop("constraints", "")
    past: dict[str, Any] = dict(
        history=history, tried=shown, lineage=_said(variable, LINEAGE), lessons=_said(variable, PREDICTION_LOG)
    )
    total = sum_of(evaluations).score if evaluations else None
    past |= dict(constraints=constraints, notes=tuple(notes.items()), total=total)
    data = prompts.PromptData(variable.value, variable.role_description, molecule, **past)
    if not molecule:
        return replace(data, measured=sections.measured_words(evaluations, {}))
    from molgrad.advisors.model.fragments import fragment_smiles  # RDKit: only where there is a molecule
    from molgrad.advisors.model.options import located

    facts = [fact for term in terms if term.active for fact in term.facts]
    fragments: Mapping[tuple[int, ...], str] = fragment_smiles(variable.value, [fact.atoms for fact in facts])
    heavy = sorted(facts, key=lambda fact: -fact.weight)
    focus = [atom for atom in located(f.atoms for f in heavy) if atom < prompts.MAX_ATOMS]
    measured = sections.measured_words(evaluations, fragments)
    rules = "\n".join(filter(None, (templates.MOLECULE_RULES, *domain.requirements, constraints)))
    around, options = ", ".join(pocket(terms)), _options(variable.value, focus)
    data = replace(data, measured=measured, pocket=around, options=options, constraints=rules)
    return hidden(data, terms) if masked else data


def _said(variable: Variable, source: str) -> str:
    return "\n".join(gradient.text for gradient in variable.gradients if gradient.source == source)


def pocket(terms: Sequence[Evaluation]) -> list[str]:
    """The residues that the facts of a pose name, those of the strongest fact first."""
    named = [f.partner for term in terms for f in term.facts if f.partner and (f.of_pose or term.kind == CONTACT)]
    return list(dict.fromkeys(named))


def hidden(data: prompts.PromptData, terms: Sequence[Evaluation]) -> prompts.PromptData:
    """The same without the target: residues become `residue 1`, `residue 2`, in the order in which facts name them."""
    notes = tuple((name, masked(text, terms)) for name, text in data.notes)
    measured, history = masked(data.measured, terms), masked(data.history, terms)
    lineage, lessons = masked(data.lineage, terms), masked(data.lessons, terms)
    without = replace(data, role=_ROLE, notes=notes, pocket="")
    return replace(without, measured=measured, history=history, lineage=lineage, lessons=lessons)


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


def _options(smiles: str, focus: Sequence[int]) -> str:
    from molgrad.advisors.model.options import applicable

    try:
        return applicable(smiles, focus)
    except InvalidMoleculeError:  # a start with faults, or values of a kind of its own
        return ""
