"""In the shape of TextGrad's tutorial on prompts: mini-batches, a string-based loss, a validation set."""

import concurrent.futures

import textgrad as tg
from textgrad.autograd.string_based_ops import StringBasedFunction
from textgrad.engine.openai import ChatOpenAI
from textgrad.loss import MultiFieldTokenParsedEvaluation

TRAIN = [("two apples and a pear?", "3"), ("four plums?", "4"), ("a fig and six nuts?", "7")]

llm_api_eval = tg.get_engine(engine_name="gpt-4o")
llm_api_test = ChatOpenAI(model_string="gpt-3.5-turbo")
tg.set_backward_engine(llm_api_eval, override=True)


def equal(prediction: tg.Variable, ground_truth_answer: tg.Variable) -> int:
    return int(prediction.value.split()[-1] == ground_truth_answer.value)


eval_fn = StringBasedFunction(equal, function_purpose="The runtime of a function that checks the prediction.")
judge = MultiFieldTokenParsedEvaluation(
    tg.Variable("Is it right? Say 1 or 0.", requires_grad=False, role_description="evaluation instruction"),
    role_descriptions=["Question for the task", "Ground truth answer", "Prediction of the model"],
    engine=llm_api_eval, parse_tags=["<ACCURACY>", "</ACCURACY>"],
)  # fmt: skip
system_prompt = tg.Variable(
    "You count.", requires_grad=True, role_description="structured system prompt for a question answering task"
)
model = tg.BlackboxLLM(llm_api_test, system_prompt)
optimizer = tg.TextualGradientDescent(engine=llm_api_eval, parameters=list(model.parameters()))


def accuracy() -> float:
    def right(pair: tuple) -> int:
        x = tg.Variable(pair[0], requires_grad=False, role_description="query to the language model")
        y = tg.Variable(pair[1], requires_grad=False, role_description="correct answer for the query")
        prediction = model(x)
        return int(judge.parse_output(judge([x, y, prediction]))) * int(
            eval_fn(inputs={"prediction": prediction, "ground_truth_answer": y}).value
        )

    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as executor:
        return sum(executor.map(right, TRAIN)) / len(TRAIN)


print("before:", accuracy())
optimizer.zero_grad()
losses = []
for asked, truth in TRAIN:
    x = tg.Variable(asked, requires_grad=False, role_description="query to the language model")
    y = tg.Variable(truth, requires_grad=False, role_description="correct answer for the query")
    losses.append(eval_fn(inputs={"prediction": model(x), "ground_truth_answer": y}))
total_loss = tg.sum(losses)
total_loss.backward()
print("gradients:", len(system_prompt.gradients))
optimizer.step()
print("prompt:", system_prompt.value)
print("after:", accuracy())
