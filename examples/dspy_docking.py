"""Tune a DSPy prompt that writes SMILES against real docking: pip install 'molgrad[dspy]'.

python examples/dspy_docking.py gpt-5-mini        or an endpoint: http://localhost:11434/v1#llama3
"""

import os
import sys

import dspy

import molgrad as mg

address, _, name = sys.argv[1].rpartition("#")
key = os.environ.get("OPENAI_API_KEY") or "none"
dspy.configure(lm=dspy.LM(f"openai/{name}", api_base=address or None, api_key=key, cache=False))

loss = mg.Docking("1ia1", effort="fast") + 10 * mg.QED()  # lower is better; the metric turns it round
metric = mg.dspy_metric(loss)

write = dspy.Predict(dspy.Signature("lead -> smiles", "Write the SMILES of a better inhibitor of Candida's DHFR."))
leads = [dspy.Example(lead=lead).with_inputs("lead") for lead in ("Cc1cnc(N)nc1N", "CCc1cnc(N)nc1N")]
evaluate = dspy.Evaluate(devset=leads, metric=metric, max_errors=1)  # a failed dock is an error, not a score

before = evaluate(write).score
optimizer = dspy.GEPA(metric, max_metric_calls=12, reflection_lm=dspy.settings.lm, num_threads=2)
tuned = optimizer.compile(write, trainset=leads)
print(f"before {before:.1f}, after {evaluate(tuned).score:.1f} of 100: {tuned.signature.instructions}")
