"""In the shape of TextGrad's tutorial on prompts: a task, mini-batches, a string-based loss, a validation set."""

import concurrent.futures
import random

import textgrad as tg
from textgrad.loss import MultiFieldTokenParsedEvaluation
from textgrad.tasks import load_task

random.seed(12)
llm_api_eval = tg.get_engine(engine_name="gpt-4o")
llm_api_test = tg.get_engine(engine_name="gpt-3.5-turbo")
tg.set_backward_engine(llm_api_eval, override=True)

train_set, val_set, test_set, eval_fn = load_task("BBH_object_counting", evaluation_api=llm_api_eval)
print("Train/Val/Test Set Lengths:", len(train_set), len(val_set), len(test_set))
judge = MultiFieldTokenParsedEvaluation(
    tg.Variable("Is it right? Say 1 or 0.", requires_grad=False, role_description="evaluation instruction"),
    role_descriptions=["Question for the task", "Ground truth answer", "Prediction of the model"],
    engine=llm_api_eval, parse_tags=["<ACCURACY>", "</ACCURACY>"],
)  # fmt: skip
system_prompt = tg.Variable(
    train_set.get_task_description(), requires_grad=True,
    role_description="structured system prompt for a question answering task",
)  # fmt: skip
model = tg.BlackboxLLM(llm_api_test, system_prompt)
optimizer = tg.TextualGradientDescent(engine=llm_api_eval, parameters=[system_prompt])


def accuracy() -> float:
    def right(pair: tuple) -> int:
        x = tg.Variable(pair[0], requires_grad=False, role_description="query to the language model")
        y = tg.Variable(pair[1], requires_grad=False, role_description="correct answer for the query")
        prediction = model(x)
        accepted = int(judge.parse_output(judge([x, y, prediction])))
        return accepted * int(eval_fn(inputs={"prediction": prediction, "ground_truth_answer": y}).value)

    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as executor:
        return sum(executor.map(right, [val_set[i] for i in range(len(val_set))])) / len(val_set)


print("before:", accuracy())
for batch_x, batch_y in tg.tasks.DataLoader(train_set, batch_size=3, shuffle=False):
    optimizer.zero_grad()
    losses = []
    for x, y in zip(batch_x, batch_y, strict=True):
        x = tg.Variable(x, requires_grad=False, role_description="query to the language model")
        y = tg.Variable(y, requires_grad=False, role_description="correct answer for the query")
        losses.append(eval_fn(inputs={"prediction": model(x), "ground_truth_answer": y}))
    total_loss = tg.sum(losses)
    total_loss.backward()
    print("gradients:", len(system_prompt.gradients))
    optimizer.step()
    break
print("prompt:", system_prompt)
print("after:", accuracy())
