"""In the shape of TextGrad's tutorial on its primitives: every name it shows."""

from textgrad import Variable, get_engine
from textgrad.config import SingletonBackwardEngine, set_backward_engine
from textgrad.engine_experimental.litellm import LiteLLMEngine
from textgrad.loss import TextLoss
from textgrad.optimizer import TGD, TextualGradientDescentwithMomentum

x = Variable("A sntence with a typo", role_description="The input sentence", requires_grad=True)
print(repr(x.gradients), x.get_short_value())
engine = get_engine("gpt-3.5-turbo")
print("engine:", engine.generate("Hello how are you?"))
print("cached:", LiteLLMEngine("gpt-4o", cache=True).generate(content="hello", system_prompt="you are an assistant"))

set_backward_engine(engine, override=True)
assert SingletonBackwardEngine().get_engine() is engine
loss = TextLoss(Variable("Evaluate the correctness of this sentence", role_description="The system prompt"), engine)
optimizer = TGD(parameters=[x], engine=engine)
value = loss(x)
value.backward(engine)
print("gradient:", x.get_gradient_text())
optimizer.step()
print("after:", x.value)
optimizer.zero_grad()
loss(x).backward(engine)
TextualGradientDescentwithMomentum(engine=engine, parameters=[x], momentum_window=3).step()
