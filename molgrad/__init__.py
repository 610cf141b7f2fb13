"""molgrad: molecule design by textual gradients.

A SMILES is a textual variable, docking and drug-likeness are its loss, `backward()` says in words what is
wrong where, and `step()` proposes better molecules. Every public name below is loaded when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from molgrad.advisors.chemist.chemist import Chemist as Chemist
    from molgrad.advisors.model.model import ModelAdvisor as ModelAdvisor
    from molgrad.autograd.composite import Max as Max
    from molgrad.autograd.composite import Sum as Sum
    from molgrad.autograd.derived import Derived as Derived
    from molgrad.autograd.engine import backward_engine as backward_engine
    from molgrad.autograd.engine import get_backward_engine as get_backward_engine
    from molgrad.autograd.engine import set_backward_engine as set_backward_engine
    from molgrad.autograd.function import Function as Function
    from molgrad.autograd.functional import aggregate as aggregate
    from molgrad.autograd.functional import apply as apply
    from molgrad.autograd.functional import concat as concat
    from molgrad.autograd.gradient import Edit as Edit
    from molgrad.autograd.gradient import Gradient as Gradient
    from molgrad.autograd.gradient import Proposal as Proposal
    from molgrad.autograd.loss import Loss as Loss
    from molgrad.autograd.selective import OffTarget as OffTarget
    from molgrad.autograd.variable import Variable as Variable
    from molgrad.campaign.campaign import Campaign as Campaign
    from molgrad.config import objective as objective
    from molgrad.docking.dock import Docker as Docker
    from molgrad.errors import MolgradError as MolgradError
    from molgrad.evaluation import Evaluation as Evaluation
    from molgrad.evaluation import Fact as Fact
    from molgrad.evaluation import Status as Status
    from molgrad.losses.alerts import Alerts as Alerts
    from molgrad.losses.assay import Assay as Assay
    from molgrad.losses.contact import Contact as Contact
    from molgrad.losses.docking import Docking as Docking
    from molgrad.losses.druglikeness import QED as QED
    from molgrad.losses.druglikeness import TPSA as TPSA
    from molgrad.losses.druglikeness import LogP as LogP
    from molgrad.losses.druglikeness import RotatableBonds as RotatableBonds
    from molgrad.losses.druglikeness import Weight as Weight
    from molgrad.losses.function import FunctionLoss as FunctionLoss
    from molgrad.losses.similarity import Similarity as Similarity
    from molgrad.losses.size import SizeResidual as SizeResidual
    from molgrad.losses.synthesis import Synthesizability as Synthesizability
    from molgrad.losses.text import TextLoss as TextLoss
    from molgrad.molecule.domain import MoleculeDomain as MoleculeDomain
    from molgrad.molecule.molecule import Molecule as Molecule
    from molgrad.optim.search import SearchSettings as SearchSettings
    from molgrad.optim.tgd import TGD as TGD
    from molgrad.programs.blackbox import BlackboxLLM as BlackboxLLM
    from molgrad.programs.calls import FormattedLLMCall as FormattedLLMCall
    from molgrad.programs.calls import LLMCall as LLMCall
    from molgrad.programs.calls import StringBasedFunction as StringBasedFunction
    from molgrad.programs.image import ImageVariable as ImageVariable
    from molgrad.programs.loss_code import CodeTests as CodeTests
    from molgrad.programs.loss_fields import MultiFieldEvaluation as MultiFieldEvaluation
    from molgrad.programs.loss_image import ImageQALoss as ImageQALoss
    from molgrad.programs.module import Module as Module
    from molgrad.programs.sandbox.run import run_python as run_python
    from molgrad.programs.trainer import Trainer as Trainer
    from molgrad.receptors.preparation.prepare import prepare_receptor as prepare_receptor
    from molgrad.receptors.receptor import Box as Box
    from molgrad.receptors.receptor import Receptor as Receptor
    from molgrad.receptors.receptor import list_receptors as list_receptors
    from molgrad.receptors.receptor import load_receptor as load_receptor
    from molgrad.report.graph import Graph as Graph
    from molgrad.report.graph import generate_graph as generate_graph
    from molgrad.report.live import live_line as live_line
    from molgrad.report.show import show as show
    from molgrad.validation.validator import Validator as Validator

_HOME = {
    "advisors.chemist.chemist": ["Chemist"],
    "advisors.model.model": ["ModelAdvisor"],
    "programs.blackbox": ["BlackboxLLM"],
    "programs.calls": ["FormattedLLMCall", "LLMCall", "StringBasedFunction"],
    "autograd.composite": ["Max", "Sum"],
    "autograd.derived": ["Derived"],
    "autograd.engine": ["backward_engine", "get_backward_engine", "set_backward_engine"],
    "autograd.function": ["Function"],
    "autograd.functional": ["aggregate", "apply", "concat"],
    "autograd.gradient": ["Edit", "Gradient", "Proposal"],
    "programs.image": ["ImageVariable"],
    "autograd.loss": ["Loss"],
    "programs.module": ["Module"],
    "autograd.selective": ["OffTarget"],
    "autograd.variable": ["Variable"],
    "campaign.campaign": ["Campaign"],
    "config": ["objective"],
    "docking.dock": ["Docker"],
    "receptors.preparation.prepare": ["prepare_receptor"],
    "receptors.receptor": ["Box", "Receptor", "list_receptors", "load_receptor"],
    "errors": ["MolgradError"],
    "evaluation": ["Evaluation", "Fact", "Status"],
    "losses.alerts": ["Alerts"],
    "losses.assay": ["Assay"],
    "programs.loss_code": ["CodeTests"],
    "losses.contact": ["Contact"],
    "losses.docking": ["Docking"],
    "losses.druglikeness": ["QED", "TPSA", "LogP", "RotatableBonds", "Weight"],
    "programs.loss_fields": ["MultiFieldEvaluation"],
    "losses.function": ["FunctionLoss"],
    "programs.loss_image": ["ImageQALoss"],
    "losses.similarity": ["Similarity"],
    "losses.size": ["SizeResidual"],
    "losses.synthesis": ["Synthesizability"],
    "losses.text": ["TextLoss"],
    "molecule.domain": ["MoleculeDomain"],
    "molecule.molecule": ["Molecule"],
    "optim.search": ["SearchSettings"],
    "optim.tgd": ["TGD"],
    "programs.trainer": ["Trainer"],
    "report.graph": ["Graph", "generate_graph"],
    "report.live": ["live_line"],
    "report.show": ["show"],
    "programs.sandbox.run": ["run_python"],
    "validation.validator": ["Validator"],
}
_WHERE = {name: home for home, names in _HOME.items() for name in names}
_RENAMED = {  # mg.max(a, b), mg.sum(a, b) and mg.Selective(a, against=[b]) read as what they are
    "MultimodalLLMCall": ("programs.calls", "LLMCall"),  # every call takes images
    "Selective": ("autograd.selective", "selective"),
    "max": ("autograd.composite", "Max"),
    "sum": ("autograd.composite", "summed"),
}

__all__ = ["__version__", *sorted(_WHERE)]


def __getattr__(name: str) -> Any:
    home, attribute = _RENAMED.get(name, (_WHERE.get(name, ""), name))
    if not home:
        raise AttributeError(f"module 'molgrad' has no attribute {name!r}")
    value = getattr(import_module(f"molgrad.{home}"), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__, *_RENAMED])
