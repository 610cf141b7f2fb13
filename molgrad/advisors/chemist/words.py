"""What the chemist says: a critique of measurements, and an answer from computed facts."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from molgrad.advisors.chemist.edits import Complaint
from molgrad.autograd.gradient import Edit
from molgrad.autograd.standing import TELLING
from molgrad.chem.alerts import alert_places, find_alerts
from molgrad.chem.descriptors import describe, qed_properties
from molgrad.chem.filling import methyl_net
from molgrad.chem.parse import read
from molgrad.chem.positions import groups_of, pattern
from molgrad.errors import shorten
from molgrad.evaluation import Evaluation, Fact, Status
from molgrad.interactions.kinds import GROWTH
from molgrad.interactions.worth import stored_worth

MAX_LINES = 12
_FACTS, _IDEAS, _ANSWERS = 4, 4, 2
_WIDTH = 200  # characters of a line; a person reads the text, a model the facts

# The first atom of each pattern is the one named.
# Where metabolism or hydrolysis usually starts; a place named here is a hint, not a measurement.
_SOFT_SPOTS = (
    ("benzylic CH2, oxidised by cytochromes", "[CH2;!R](c)[!#1]"),
    ("methyl on an arene, oxidised to alcohol and acid", "c[CH3]"),
    ("methoxy, demethylated by cytochromes", "[CH3][OX2]c"),
    ("N-methyl, demethylated by cytochromes", "[CH3][NX3;!$(NC=O);!$(NS)]"),
    ("ester, cleaved by esterases", "[CX3](=O)[OX2][CX4]"),
    ("thioether, oxidised at sulfur", "[SX2;!R]([#6])[#6]"),
    ("phenol, conjugated", "c[OH]"),
    ("aniline NH2, acetylated", "c[NH2]"),
    ("tert-butyl, oxidised", "C([CH3])([CH3])[CH3]"),
)

_NO_RULE = "No single rule of the library that keeps to the validator and the bounds is expected to help; look further."
_NO_FACT = "What these terms depend on in the molecule is not known; changes of every kind are worth exploring."


def critique_text(
    smiles: str, evaluations: Sequence[Evaluation], complaints: Sequence[Complaint], edits: Sequence[Edit]
) -> str:
    """At most twelve lines: the total, what costs most and where, what to keep, what to try."""
    lines = [_headline(evaluations)]
    lines += [shorten(f"- {said}", _WIDTH) for evaluation in evaluations if (said := evaluation.history)]
    told: set[str] = set()
    for complaint in _distinct(complaints)[:_FACTS]:
        where = f" [{named(smiles, complaint.fact.atoms)}]" if complaint.fact.atoms else ""
        said = shorten(f"- {complaint.term}: {complaint.fact.text}{where}", _WIDTH)
        lines.append(f"{said}{_net(smiles, complaint.fact)}{_paid(complaint.fact, told)}")
        told.add(complaint.fact.kind)
    kept = [edit.reason for edit in edits if edit.kind == "keep"]
    if kept:
        lines.append(shorten("Keep: " + "; ".join(kept), _WIDTH))
    lines += [shorten(text, _WIDTH) for text in _answers(evaluations)[:_ANSWERS]]
    ideas = {edit.reason.partition("; answers")[0]: _idea(edit) for edit in reversed(edits) if edit.kind != "keep"}
    lines += [shorten(f"Try: {idea}", _WIDTH) for idea in list(ideas.values())[::-1][:_IDEAS]]
    if not ideas:
        lines.append(_NO_RULE if _located(evaluations) else _NO_FACT)
    return "\n".join(lines[:MAX_LINES])


def _net(smiles: str, fact: Fact) -> str:
    """What filling room to grow does beside docking."""
    net = methyl_net(smiles, fact.atoms[0]) if fact.kind == GROWTH and len(fact.atoms) == 1 else ""
    return f"; {net}" if net else ""


def _paid(fact: Fact, told: Collection[str]) -> str:
    """What acting on such a fact brought in stored runs, once a kind."""
    worth = None if fact.kind in told else stored_worth().get(fact.kind)
    if worth is None or worth.tried < TELLING:
        return ""
    return f" (acted on in earlier runs: better {worth.paid} of {worth.tried} times, {worth.mean:+.1f} in the mean)"


def _located(evaluations: Sequence[Evaluation]) -> bool:
    return any(term.facts for evaluation in evaluations for term in evaluation.all_terms())


def _headline(evaluations: Sequence[Evaluation]) -> str:
    terms = [term for evaluation in evaluations for term in evaluation.all_terms()]
    failed = [f"{term.loss} {term.status.value}: {term.reason}" for term in terms if term.status is not Status.OK]
    scored = [(term.loss, term.contribution or 0.0) for term in terms if term.ok and term.score is not None]
    if not scored:
        spoken = any(term.ok for term in terms)
        return shorten("; ".join(failed) or ("Words, no number." if spoken else "Nothing was measured."), _WIDTH)
    parts = ", ".join(f"{name} {contribution:+.2f}" for name, contribution in scored)
    text = f"Total {sum(contribution for _, contribution in scored):.2f} = {parts}"
    worst = max((s for s in scored if s[1] > 0), key=lambda s: s[1], default=None)
    if worst is not None:
        text += f"; most to gain from {worst[0]}"
    return shorten("; ".join([text, *failed]), _WIDTH + 60)


def _answers(evaluations: Sequence[Evaluation]) -> list[str]:
    """What was said to a TextLoss, line by line: its instruction decides what comes first."""
    terms = [term for evaluation in evaluations for term in evaluation.all_terms()]
    return [line for term in terms if term.ok and term.score is None for line in term.text.splitlines() if line]


def _distinct(complaints: Sequence[Complaint]) -> list[Complaint]:
    """Two lines for a term at most, so that one term does not fill the page; what costs nothing is not said."""
    said: dict[str, int] = {}
    kept = []
    for complaint in complaints:
        if complaint.cost > 0.01 and said.get(complaint.term, 0) < 2:
            said[complaint.term] = said.get(complaint.term, 0) + 1
            kept.append(complaint)
    return kept


def _idea(edit: Edit) -> str:
    gains = ", ".join(f"{term} {delta:+.2f}" for term, delta in edit.expected.items())
    expected = f" (expected change, lower is better: {gains})" if gains else ""
    return f"{edit.reason}{expected}"


def named(smiles: str, atoms: Sequence[int], limit: int = 3) -> str:
    """The atoms by the groups that hold them: `methoxy (atoms 0, 1)`; bare atoms by element and number."""
    mol = read(smiles).mol
    left = [i for i in dict.fromkeys(atoms) if 0 <= i < mol.GetNumAtoms()]
    words: list[str] = []
    while left:
        group = next(((n, hit) for n, hit in groups_of(smiles) if left[0] in hit), None)
        if group is None:
            words.append(f"{mol.GetAtomWithIdx(left[0]).GetSymbol()}{left[0]}")
            left = left[1:]
            continue
        inside = [i for i in left if i in group[1]]
        words.append(f"{group[0]} (atom{'s' if len(inside) > 1 else ''} {', '.join(map(str, sorted(inside)))})")
        left = [i for i in left if i not in group[1]]
    more = f" and {len(words) - limit} more" if len(words) > limit else ""
    return ", ".join(words[:limit]) + more


def answer(instruction: str, smiles: str) -> str:
    """A critique from computed facts, the parts that the instruction asks for first."""
    parts = (
        (("size", "weight", "large", "small", "simple"), _size(smiles)),
        (("drug", "qed", "oral", "lead"), _drug_likeness(smiles)),
        (("solub", "logp", "lipophil", "polar", "permea", "absor", "hydrophob"), _polarity(smiles)),
        (("toxic", "alert", "reactive", "safe", "pains", "liabil"), _alerts(smiles)),
        (("synth", "make", "route", "chiral", "stereo"), _synthesis(smiles)),
        (("metabol", "stab", "clear", "half", "soft"), _soft_spots(smiles)),
    )
    asked = instruction.lower()
    first = [text for words, text in parts if any(word in asked for word in words)]
    rest = [text for words, text in parts if not any(word in asked for word in words)]
    return "\n".join(text for text in [*first, *rest] if text)


def _size(smiles: str) -> str:
    d = describe(smiles)
    rings = f"{d['rings']:.0f} rings ({d['aromatic_rings']:.0f} aromatic)"
    flexible = f"{d['rotatable_bonds']:.0f} rotatable bonds, {d['fsp3']:.0%} sp3 carbon"
    return f"Size: {d['heavy_atoms']:.0f} heavy atoms, {d['weight']:.0f} g/mol, {rings}, {flexible}."


def _drug_likeness(smiles: str) -> str:
    terms = qed_properties(smiles)
    worst = sorted(terms, key=lambda name: (terms[name][1], name))[:2]
    said = " and ".join(f"{name} {terms[name][0]:.3g} (desirability {terms[name][1]:.2f})" for name in worst)
    return f"Drug-likeness: QED {describe(smiles)['qed']:.2f}; held down by {said}."


def _polarity(smiles: str) -> str:
    d = describe(smiles)
    text = f"Polarity: logP {d['logp']:.1f}, TPSA {d['tpsa']:.0f} Å², {d['hbd']:.0f} donors, {d['hba']:.0f} acceptors"
    if d["logp"] > 4:
        return text + "; lipophilic: expect poor solubility and promiscuity, add polarity or cut carbon."
    if d["tpsa"] > 120 or d["logp"] < 0:
        return text + "; very polar: expect poor permeability, cap donors or trade a heteroatom for carbon."
    return text + "; in the usual range."


def _alerts(smiles: str) -> str:
    alerts = find_alerts(smiles)
    if not alerts:
        return "Alerts: none of PAINS, BRENK, NIH."
    said = "; ".join(f"{a.name} ({a.catalog}) at {named(smiles, a.atoms)}" for a in alerts[:2])
    return f"Alerts: {alert_places(smiles)} place(s): {said}."


def _synthesis(smiles: str) -> str:
    d = describe(smiles)
    level = "easy" if d["sa"] < 3 else "moderate" if d["sa"] < 4.5 else "hard"
    return f"Synthesis: SA {d['sa']:.1f} of 10, {level}; {d['stereocentres']:.0f} stereocentres."


def _soft_spots(smiles: str) -> str:
    mol = read(smiles).mol
    spots = []
    for name, smarts in _SOFT_SPOTS:
        hits = mol.GetSubstructMatches(pattern(smarts))
        if hits:
            spots.append(f"{name} (atom {', '.join(map(str, list(dict.fromkeys(hit[0] for hit in hits))[:3]))})")
    return "Soft spots: " + "; ".join(spots[:4]) + "." if spots else "Soft spots: none of the usual ones."
