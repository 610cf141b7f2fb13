"""What was asked of a campaign, in sentences and as a table of the terms of its loss."""

from __future__ import annotations

from collections.abc import Iterator

from molgrad import registry
from molgrad.campaign.revisions import Term
from molgrad.errors import MolgradError, one_line, shorten
from molgrad.report.page.content import Grid, lines
from molgrad.report.page.subject import Subject

_MEANS = {
    "docking": "Docking score in kcal/mol; lower binds better.",
    "qed": "1 \N{MINUS SIGN} QED: 0 is drug-like, 1 is not.",
    "contact": "Whether the docked pose has the contact: 0 it has, 1 it has not.",
    "assay": "A laboratory's value; pending until it is told.",
}
_SCOPES = {
    "analogues": "Only close analogues were proposed: one change from a measured molecule, the core kept.",
    "hop": "Other cores of about the same size were allowed.",
}


def title_of(subject: Subject) -> str:
    """The heading of the page.

    Args:
        subject: the campaign.
    """
    receptors = _receptors(subject)
    about = f"{', '.join(receptors)}: run" if receptors else "Run"
    return one_line(f"{about} {subject.view.folder.resolve().name}")


def asked(subject: Subject) -> tuple[str, ...]:
    """What was asked, in a few sentences.

    Args:
        subject: the campaign.
    """
    return lines(_asked(subject))


def _asked(subject: Subject) -> Iterator[str]:
    starts = [record for record in subject.records if not record.proposal.parent and record.batch == 0]
    names = ", ".join(record.name for record in starts[:3]) + (" and others" if len(starts) > 3 else "")
    what = f"the start {names}" if len(starts) == 1 else f"{len(starts)} starts ({names})" if starts else "the starts"
    aims = [text for text in map(_aim, subject.terms) if text]
    also = [term.label for term in subject.terms if not _aim(term)]
    yield f"Improve {what}: {'; '.join(aims)}." if aims else f"Improve {what}: lower the loss."
    if also:
        yield f"Counted besides: {', '.join(also)}."
    if said := _SCOPES.get(str(subject.settings.get("search", {}).get("scope", ""))):
        yield said


def _aim(term: Term) -> str:
    """What a term asks for, in a chemist's words; empty for one that only keeps molecules reasonable."""
    spec, kind = term.spec, term.spec.get("loss")
    if kind == "docking":
        return f"bind {spec.get('receptor', 'the receptor')}" if term.weight > 0 else f"avoid {spec.get('receptor')}"
    if kind == "contact":
        return f"keep the {str(spec.get('kind', 'contact')).replace('hbond', 'hydrogen bond')} with {spec['residue']}"
    if kind == "assay":
        word = "raise" if spec.get("direction") == "maximize" else "lower"
        goal = f" to {spec['target']:g}" if spec.get("target") is not None else ""
        return f"{word} {spec.get('name', 'the assay')}{goal} {spec.get('unit', '')}".rstrip()
    return f"answer the critique {spec.get('instruction', '')!r}" if kind == "text" else ""


def terms_table(subject: Subject) -> Grid:
    """The terms of the loss with weights and meaning.

    Args:
        subject: the campaign.
    """
    rows = tuple((one_line(term.label), f"{term.weight:g}", _meaning(term)) for term in subject.terms)
    title = "The loss is the sum of these terms, each times its weight; lower is better"
    return Grid(title, ("term", "weight", "what it is"), rows, frozenset({1}))


def _meaning(term: Term) -> str:
    kind, about = str(term.spec.get("loss", "")), _details(term)
    if kind not in _MEANS:
        try:
            said = (registry.load("losses", kind).__doc__ or "").strip().partition("\n")[0].partition(": `")[0]
        except MolgradError:  # a Python function, or a package that is not installed here
            said = "A loss of the user's own."
    else:
        said = _MEANS[kind]
    return one_line(f"{said} {about}")


def _details(term: Term) -> str:
    """What the term was given, as far as it fits a cell."""
    leave = {"loss", "weight", "sha256", "seed", "docked_states", "pose", "box", "effort", "terms"}
    given = {name: value for name, value in term.spec.items() if name not in leave and value not in (None, "")}
    told = [f"{name} {value.get('name', '')} {value.get('version', '')}" if isinstance(value, dict)
            else f"{name} {shorten(str(value), 60)}" for name, value in given.items()]  # fmt: skip
    return f"({'; '.join(told)})" if told else ""


def _receptors(subject: Subject) -> list[str]:
    names = [str(term.spec["receptor"]) for term in subject.terms if term.spec.get("receptor")]
    return list(dict.fromkeys(names))
