"""In the shape of TextGrad's tutorial on images: an answer about a picture is judged with the picture."""

import sys
from pathlib import Path

import textgrad as tg
from textgrad.autograd import MultimodalLLMCall
from textgrad.loss import ImageQALoss

tg.set_backward_engine("gpt-4o", override=True)
image = tg.Variable(
    Path(sys.argv[1]).read_bytes(), role_description="image to answer a question about", requires_grad=False
)
question = tg.Variable("What do you see in this image?", role_description="question", requires_grad=False)
response = MultimodalLLMCall("gpt-4o")([image, question])
print("before:", response.value)

loss_fn = ImageQALoss(evaluation_instruction="Does this seem like a complete answer?", engine="gpt-4o")
loss = loss_fn(question=question, image=image, response=response)
optimizer = tg.TGD(parameters=[response])
loss.backward()
optimizer.step()
print("after:", response.value)
