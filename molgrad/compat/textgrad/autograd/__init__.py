"""Operations on variables."""

from molgrad.compat.textgrad.autograd.function import BackwardContext, Function, Module
from molgrad.compat.textgrad.autograd.functional import aggregate, formatted_llm_call, llm_call, sum
from molgrad.compat.textgrad.autograd.llm_ops import FormattedLLMCall, LLMCall
from molgrad.compat.textgrad.autograd.multimodal_ops import MultimodalLLMCall, OrderedFieldsMultimodalLLMCall
from molgrad.compat.textgrad.autograd.string_based_ops import StringBasedFunction

__all__ = [
    "BackwardContext", "FormattedLLMCall", "Function", "LLMCall", "Module", "MultimodalLLMCall",
    "OrderedFieldsMultimodalLLMCall", "StringBasedFunction", "aggregate", "formatted_llm_call", "llm_call", "sum",
]  # fmt: skip
