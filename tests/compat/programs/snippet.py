"""In the shape of TextGrad's tutorial on code: a loss of one's own from a formatted call."""

import textgrad as tg

llm_engine = tg.get_engine("gpt-4o")
tg.set_backward_engine(llm_engine, override=True)

code = tg.Variable(
    value="def total(d):\n    return {k: v for k, v in d}  # {wrong}",
    requires_grad=True,
    role_description="code instance to optimize",
)
problem = tg.Variable("Add up the values of a dict.", requires_grad=False, role_description="the coding problem")
optimizer = tg.TGD(parameters=[code])

instruction = "Does the code solve the problem?"
system_prompt = tg.Variable("You evaluate code.", requires_grad=False, role_description="system prompt to the loss")
format_string = "{instruction}\nProblem: {{problem}}\nCurrent Code: {{code}}"
format_string = format_string.format(instruction=instruction)
formatted_llm_call = tg.autograd.FormattedLLMCall(
    engine=llm_engine, format_string=format_string, fields={"problem": None, "code": None},
    system_prompt=system_prompt,
)  # fmt: skip


def loss_fn(problem: tg.Variable, code: tg.Variable) -> tg.Variable:
    inputs = {"problem": problem, "code": code}
    return formatted_llm_call(
        inputs=inputs, response_role_description=f"evaluation of the {code.get_role_description()}"
    )


loss = loss_fn(problem, code)
loss.backward()
optimizer.step()
names: dict = {}
exec(code.value, names)  # noqa: S102 - the tutorial does, and the text is the loopback server's
print("after:", names["total"]({"a": 2, "b": 3}))
