"""The public names; molgrad.lazy reads this list too."""

from molgrad.advisors.chemist.chemist import Chemist as Chemist
from molgrad.advisors.model.model import ModelAdvisor as ModelAdvisor
from molgrad.autograd.composite import Max as Max
from molgrad.autograd.composite import Sum as Sum
from molgrad.autograd.composite import summed
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
from molgrad.autograd.selective import selective
from molgrad.autograd.variable import Variable as Variable
from molgrad.campaign.campaign import Campaign as Campaign
from molgrad.compat.dspy import dspy_metric as dspy_metric
from molgrad.compat.gepa import gepa_evaluator as gepa_evaluator
from molgrad.config.objectives import objective as objective
from molgrad.config.running import run as run
from molgrad.config.screen_settings import ScreenSettings as ScreenSettings
from molgrad.config.screening import screen as screen
from molgrad.config.settings import RunSettings as RunSettings
from molgrad.docking.dock import Docker as Docker
from molgrad.errors import MolgradError as MolgradError
from molgrad.evaluation import Evaluation as Evaluation
from molgrad.evaluation import Fact as Fact
from molgrad.evaluation import Status as Status
from molgrad.library_run.library import run_library as run_library
from molgrad.losses.alerts import Alerts as Alerts
from molgrad.losses.assay import Assay as Assay
from molgrad.losses.command import Command as Command
from molgrad.losses.contact import Contact as Contact
from molgrad.losses.docking import Docking as Docking
from molgrad.losses.druglikeness import QED as QED
from molgrad.losses.druglikeness import TPSA as TPSA
from molgrad.losses.druglikeness import LogP as LogP
from molgrad.losses.druglikeness import RotatableBonds as RotatableBonds
from molgrad.losses.druglikeness import Weight as Weight
from molgrad.losses.function import FunctionLoss as FunctionLoss
from molgrad.losses.http import HTTP as HTTP
from molgrad.losses.lead_contacts import LeadContacts as LeadContacts
from molgrad.losses.route import Route as Route
from molgrad.losses.similarity import Similarity as Similarity
from molgrad.losses.size import SizeResidual as SizeResidual
from molgrad.losses.synthesis import Synthesizability as Synthesizability
from molgrad.losses.text import TextLoss as TextLoss
from molgrad.molecule.domain import MoleculeDomain as MoleculeDomain
from molgrad.molecule.molecule import Molecule as Molecule
from molgrad.optim.settings import SearchSettings as SearchSettings
from molgrad.optim.tgd import TGD as TGD
from molgrad.programs.calls import BlackboxLLM as BlackboxLLM
from molgrad.programs.calls import FormattedLLMCall as FormattedLLMCall
from molgrad.programs.calls import LLMCall as LLMCall
from molgrad.programs.calls import StringBasedFunction as StringBasedFunction
from molgrad.programs.demos import Demos as Demos
from molgrad.programs.image import ImageVariable as ImageVariable
from molgrad.programs.loss_code import CodeTests as CodeTests
from molgrad.programs.loss_fields import MultiFieldEvaluation as MultiFieldEvaluation
from molgrad.programs.loss_image import ImageQALoss as ImageQALoss
from molgrad.programs.module import Module as Module
from molgrad.programs.sandbox.run import run_python as run_python
from molgrad.receptors.preparation.prepare import prepare_receptor as prepare_receptor
from molgrad.receptors.receptor import Box as Box
from molgrad.receptors.receptor import Receptor as Receptor
from molgrad.receptors.receptor import list_receptors as list_receptors
from molgrad.receptors.receptor import load_receptor as load_receptor
from molgrad.report import plots
from molgrad.report.graph import Graph as Graph
from molgrad.report.graph import generate_graph as generate_graph
from molgrad.report.live import live_line as live_line
from molgrad.report.page.make import report as report
from molgrad.report.pictures.comparing import compare as compare
from molgrad.report.pictures.interactions import interactions as interactions
from molgrad.report.pictures.strip import story as story
from molgrad.report.show import show as show
from molgrad.report.space.view import view as view
from molgrad.synthesis.exchange import exchange_partners as exchange_partners
from molgrad.synthesis.plan import Plan as Plan
from molgrad.synthesis.routes import route as route
from molgrad.synthesis.stock import Stock as Stock
from molgrad.synthesis.stock import open_stock as open_stock
from molgrad.tuning.trainer import Trainer as Trainer
from molgrad.tuning.tuned import Tuned as Tuned
from molgrad.tuning.tuned import load as load
from molgrad.tuning.tuner import Tuner as Tuner
from molgrad.validation.validator import Validator as Validator

__version__: str

MultimodalLLMCall = LLMCall
Selective = selective
plot = plots
max = Max
sum = summed
