"""TextGrad's names over molgrad's core: `import molgrad.compat.textgrad as tg`.

An unchanged program runs by `python -m molgrad.compat.textgrad program.py`, or after `install()`.
"""

import logging

from molgrad.compat.textgrad import tasks
from molgrad.compat.textgrad.aliases import install
from molgrad.compat.textgrad.autograd import (
    BackwardContext,
    FormattedLLMCall,
    Function,
    LLMCall,
    Module,
    MultimodalLLMCall,
    OrderedFieldsMultimodalLLMCall,
    StringBasedFunction,
    aggregate,
    sum,
)
from molgrad.compat.textgrad.config import (
    SingletonBackwardEngine,
    set_backward_engine,
    validate_engine_or_get_default,
)
from molgrad.compat.textgrad.engine import EngineLM, get_engine
from molgrad.compat.textgrad.engine.openai import ChatOpenAI
from molgrad.compat.textgrad.engine_experimental.litellm import LiteLLMEngine
from molgrad.compat.textgrad.loss import (
    ImageQALoss,
    MultiChoiceTestTime,
    MultiFieldEvaluation,
    MultiFieldTokenParsedEvaluation,
    TextLoss,
)
from molgrad.compat.textgrad.model import BlackboxLLM
from molgrad.compat.textgrad.optimizer import (
    TGD,
    Optimizer,
    TextualGradientDescent,
    TextualGradientDescentwithMomentum,
)
from molgrad.compat.textgrad.variable import Variable

__version__ = "0.1.8"  # of TextGrad's interface

logger = logging.getLogger("molgrad.compat.textgrad")
singleton_backward_engine = SingletonBackwardEngine()

__all__ = [
    "TGD", "BackwardContext", "BlackboxLLM", "ChatOpenAI", "EngineLM", "FormattedLLMCall", "Function", "ImageQALoss",
    "LLMCall", "LiteLLMEngine", "Module", "MultiChoiceTestTime", "MultiFieldEvaluation",
    "MultiFieldTokenParsedEvaluation", "MultimodalLLMCall", "Optimizer", "OrderedFieldsMultimodalLLMCall",
    "SingletonBackwardEngine", "StringBasedFunction", "TextLoss", "TextualGradientDescent",
    "TextualGradientDescentwithMomentum", "Variable", "aggregate", "get_engine", "install", "logger",
    "set_backward_engine", "singleton_backward_engine", "sum", "tasks", "validate_engine_or_get_default",
]  # fmt: skip
