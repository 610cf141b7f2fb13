"""In the shape of TextGrad's tutorial on solutions: several steps at test time, under constraints."""

import textgrad as tg
from textgrad.loss import MultiChoiceTestTime, TextLoss
from textgrad.optimizer import TextualGradientDescent

tg.set_backward_engine(tg.get_engine("gpt-4o"), override=True)
solution = tg.Variable(
    "x = (7 +- sqrt(73)) / 6", requires_grad=True, role_description="solution to the math question {3x^2 - 7x + 2}"
)
loss_system_prompt = tg.Variable(
    "You find errors in a solution. Do not solve it.", requires_grad=False, role_description="system prompt"
)
loss_fn = TextLoss(loss_system_prompt)
optimizer = TextualGradientDescent([solution], constraints=["Give x1 and x2."], gradient_memory=2, verbose=1)
for _ in range(2):
    optimizer.zero_grad()
    loss = loss_fn(solution)
    loss.backward(tg.get_engine("gpt-4o-mini"))
    optimizer.step()
print("after:", solution.get_value())
print("loss:", MultiChoiceTestTime("Be critical.")("Which is x1?", solution).get_value())
