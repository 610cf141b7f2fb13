"""In the shape of TextGrad's quick start: an answer is criticised and rewritten."""

import textgrad as tg

tg.set_backward_engine("gpt-4o", override=True)
model = tg.BlackboxLLM("gpt-4o")
asked = "Drying 25 shirts in the sun takes 1 hour. How long do 30 shirts take?"
question = tg.Variable(asked, role_description="question to the LLM", requires_grad=False)
answer = model(question)
print("before:", answer.value)

answer.set_role_description("concise and accurate answer to the question")
optimizer = tg.TGD(parameters=[answer])
loss_fn = tg.TextLoss(f"Here is a question: {asked} Evaluate any given answer to it; be critical.")
loss = loss_fn(answer)
loss.backward()
optimizer.step()
print("after:", answer.value)
