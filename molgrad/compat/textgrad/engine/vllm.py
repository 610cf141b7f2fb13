"""Models on a server of vLLM's, at VLLM_BASE_URL."""

from typing import ClassVar

from molgrad.compat.textgrad.engine.hosted import HostedEngine


class ChatVLLM(HostedEngine):
    """A model of a vLLM server; see HostedEngine."""

    prefix: ClassVar[str] = "vllm-"
    usual: ClassVar[str] = "meta-llama/Meta-Llama-3-8B-Instruct"
