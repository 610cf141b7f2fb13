"""A program and a scripted model of DSPy's, in a file of their own: importing dspy takes seconds."""

from __future__ import annotations

from typing import Any

import dspy

ASPIRIN, ETHANOL, BROKEN = "CC(=O)Oc1ccccc1C(=O)O", "CCO", "C1CC"
LEADS = [dspy.Example(lead=lead).with_inputs("lead") for lead in (ASPIRIN, ETHANOL, BROKEN)]


class Echo(dspy.Module):  # type: ignore[misc]  # dspy has no types
    """Answers with what it is asked about."""

    def forward(self, lead: str) -> Any:
        return dspy.Prediction(reasoning="as it was", smiles=lead)


class Model(dspy.LM):  # type: ignore[misc]
    """A model that echoes the lead, and writes one instruction."""

    def __init__(self) -> None:
        super().__init__("openai/scripted", api_key="none", cache=False)
        self.asked: list[str] = []

    def forward(self, prompt: Any = None, messages: Any = None, **kwargs: Any) -> Any:
        raise AssertionError("the reply is scripted")

    def __call__(self, prompt: Any = None, messages: Any = None, **kwargs: Any) -> list[str]:
        asked = prompt or "\n".join(str(message["content"]) for message in messages)
        self.asked.append(asked)
        for wanted in ("new_instruction", "proposed_instruction"):
            if wanted in asked:
                return [f'{{"{wanted}": "Be a chemist."}}']
        lead = asked.rpartition("## lead ## ]]\n")[2].partition("\n")[0].strip()
        return [f"[[ ## smiles ## ]]\n{lead}\n\n[[ ## completed ## ]]"]
