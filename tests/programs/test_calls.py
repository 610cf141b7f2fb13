"""Model calls over a real server: templates, images, functions, and feedback to every field."""

from __future__ import annotations

import pytest

import molgrad as mg
from molgrad.advisors.model.model import ModelAdvisor
from molgrad.errors import ConflictingSettingsError, EngineError, InputFileError, TemplateError
from molgrad.llm.openai import OpenAIModel
from tests.loopback import Loopback, Request

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def text(value: str, role: str, *, frozen: bool = False) -> mg.Variable:
    return mg.Variable(value, role_description=role, requires_grad=not frozen)


def script(request: Request) -> str:
    if "judge the value" in request.prompt:
        return "JUDGED"
    if "The output was computed" in request.prompt:
        role = request.prompt.partition("<input_role>\n")[2].partition("\n")[0]
        return f"ADVICE on the {role}"
    return "ANSWER"


def test_fields_are_filled_and_feedback_reaches_each_that_wants_it() -> None:
    with Loopback(script) as server:
        model = OpenAIModel(server.spec())
        system, context = text("Be brief.", "system prompt"), text("it is {blue}", "context")
        question = text("which {colour}?", "question", frozen=True)
        call = mg.FormattedLLMCall(model, 'Context: {context}\nQ: {question}\nAs {"answer": ...}', system)
        answer = call(context=context, question=question, role_description="reply")
        sent = server.requests[0].body["messages"]
        mg.TextLoss("Right?", ModelAdvisor(model))(answer).backward(ModelAdvisor(model))
    assert sent == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": 'Context: it is {blue}\nQ: which {colour}?\nAs {"answer": ...}'},
    ]
    assert (answer.value, answer.role_description) == ("ANSWER", "reply")
    assert context.get_gradient_text() == "ADVICE on the context"
    assert system.get_gradient_text() == "ADVICE on the system prompt"
    assert question.gradients == []
    assert "Context: {context}" in next(p for p in server.prompts if "<input_role>\ncontext" in p)


def test_the_template_itself_may_be_improved() -> None:
    with Loopback(script) as server:
        template = text("Q: {q}", "template")
        call = mg.FormattedLLMCall(OpenAIModel(server.spec()), template)
        assert call.parameters() == [template]
        answer = call({"q": text("why?", "question", frozen=True)})
        mg.TextLoss("Right?", server.spec())(answer).backward(server.spec())
        template.value = "Q: {question}"
        with pytest.raises(TemplateError, match="'question'"):
            call({"q": text("why?", "question")})
    assert template.get_gradient_text() == "ADVICE on the template"


def test_a_wrong_field_is_named_before_anything_is_sent() -> None:
    with Loopback(script) as server:
        call = mg.FormattedLLMCall(server.spec(), "Q: {question}")
        with pytest.raises(TemplateError, match="nothing was given for 'question'; it has no field 'q'"):
            call(q=text("why?", "question"))
        with pytest.raises(TemplateError, match="has no field"):
            mg.FormattedLLMCall(server.spec(), "no field")
    assert server.requests == []


def test_several_texts_are_one_message_and_none_is_an_error() -> None:
    with Loopback(script) as server:
        call = mg.LLMCall(server.spec())
        call(text("one", "a"), text("two", "b"))
        with pytest.raises(TypeError, match="at least one"):
            call()
    assert server.requests[0].body["messages"] == [{"role": "user", "content": "one\ntwo"}]
    assert call.usage.calls == 1


def test_an_image_travels_as_a_data_uri_and_gets_no_gradient() -> None:
    with Loopback(script) as server:
        image = mg.ImageVariable(PNG, role_description="photograph")
        question = text("what is it?", "question")
        answer = mg.MultimodalLLMCall(server.spec())(image, question)
        mg.TextLoss("Right?", server.spec())(answer).backward(server.spec())
        shown, asked = server.requests[0].body["messages"][0]["content"]
    assert shown["type"] == "image_url"
    assert shown["image_url"]["url"].startswith("data:image/png;base64,iVBORw0KGgo")
    assert asked == {"type": "text", "text": "what is it?"}
    assert question.get_gradient_text() == "ADVICE on the question"
    assert (image.requires_grad, image.gradients) == (False, [])


def test_a_blackbox_takes_an_image_alone() -> None:
    with Loopback(script) as server:
        mg.BlackboxLLM(server.spec(), "Describe.")(mg.ImageVariable(PNG))
    assert server.requests[0].system == "Describe."
    assert server.requests[0].body["messages"][1]["content"][0]["type"] == "image_url"


def test_an_image_loss_judges_with_the_image_in_sight() -> None:
    def says(request: Request) -> str:
        return "ADVICE" if "The output was computed" in request.prompt else "WRONG: it is a {dog}"

    with Loopback(says) as server:
        answer = text("a cat", "answer")
        loss = mg.ImageQALoss("Is it {right}?", server.spec())
        judged = loss(mg.ImageVariable(PNG), text("what is it?", "question", frozen=True), answer)
        judged.backward(server.spec())
    kinds = [part["type"] for part in server.requests[0].body["messages"][1]["content"]]
    assert kinds == ["image_url", "text"]
    assert "Is it {right}?" in server.prompts[0]
    assert judged.value == "WRONG: it is a {dog}"
    assert answer.get_gradient_text() == "ADVICE"
    assert "WRONG: it is a {dog}" in server.prompts[1]


@pytest.mark.parametrize(
    ("data", "media_type", "why"),
    [(b"", None, "empty"), (b"<svg>", None, "none of image/png"), (PNG, "image/jpeg", "said to be image/jpeg and is"),
     (PNG, "text/html", "no image type"), (PNG + bytes(8_000_000), None, "more than 8,000,000")],
)  # fmt: skip
def test_what_is_no_image_is_refused(data: bytes, media_type: str | None, why: str) -> None:
    with pytest.raises(InputFileError, match=why):
        mg.ImageVariable(data, media_type)


def test_the_four_formats_are_known_by_their_first_bytes() -> None:
    files = {"image/png": PNG, "image/jpeg": b"\xff\xd8\xff\xe0", "image/gif": b"GIF89a", "image/webp": b"RIFF1234WEBP"}
    assert {kind: mg.ImageVariable(data).media_type for kind, data in files.items()} == {kind: kind for kind in files}
    with pytest.raises(TypeError, match="read_bytes"):
        mg.ImageVariable("cat.png")  # type: ignore[arg-type]


def test_a_function_over_keywords_is_chained_with_its_purpose() -> None:
    with Loopback(script) as server:
        a, b = text("2", "first summand"), text("3", "second summand", frozen=True)
        add = mg.StringBasedFunction(lambda x, y: int(x) + int(y), "adds two numbers")
        result = add({"x": a}, y=b, role_description="total")
        mg.TextLoss("Right?", server.spec())(result).backward(server.spec())
    assert result.value == "5"
    assert a.get_gradient_text() == "ADVICE on the first summand"
    assert "adds two numbers (inputs: x, y)" in server.prompts[1]
    with pytest.raises(ValueError, match="purpose"):
        mg.StringBasedFunction(len, " ")
    with pytest.raises(ValueError, match="invalid literal"):
        add(x=text("two", "summand"), y=b)


def test_several_fields_are_judged_together() -> None:
    with Loopback(script) as server:
        judge = mg.MultiFieldEvaluation("Compare {them}.", ["question", "answer"], server.spec())
        question, answer = text("2+2?", "exam question", frozen=True), text("5", "answer of a pupil")
        judged = judge(answer=answer, question=question)
        judged.backward(server.spec())
        with pytest.raises(TemplateError, match="missing: question, unknown: truth"):
            judge(answer=answer, truth=question)
    assert "question (exam question):\n2+2?\n\nanswer (answer of a pupil):\n5" in server.prompts[0]
    assert "Compare {them}." in server.prompts[0]
    assert judged.value == "JUDGED"
    assert answer.get_gradient_text() == "ADVICE on the answer of a pupil"
    assert question.gradients == []
    with pytest.raises(EngineError, match="nobody to ask"):
        mg.MultiFieldEvaluation("Compare.")(a=answer)


def test_the_chemist_answers_no_prompts_and_says_what_does() -> None:
    with pytest.raises(EngineError, match=r"cannot answer prompts.*gpt-5-mini.*keep 'chemist' for TextLoss"):
        mg.BlackboxLLM("chemist")
    with pytest.raises(EngineError, match="cannot answer prompts"):
        mg.LLMCall(mg.Chemist())  # type: ignore[arg-type]
    with pytest.raises(EngineError, match="not int"):
        mg.BlackboxLLM(3)  # type: ignore[arg-type]


def test_without_a_key_the_variable_to_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "MOLGRAD_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(EngineError, match=r"set OPENAI_API_KEY.*chemist, which works without a key"):
        mg.BlackboxLLM("gpt-5-mini")


def test_a_bare_text_is_refused_with_what_to_write() -> None:
    with pytest.raises(TypeError, match=r"takes variables, mg.Variable\(.*not 'hello'"):
        mg.BlackboxLLM("http://127.0.0.1:9/v1#never-asked")("hello")


@pytest.mark.parametrize("kind", [mg.BlackboxLLM, mg.LLMCall, mg.FormattedLLMCall])
def test_a_call_has_a_temperature_a_limit_and_a_schema(kind: type[mg.LLMCall]) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    with Loopback(lambda request: '{"n": 1}') as server:
        more = ("{x}",) if kind is mg.FormattedLLMCall else ()
        call = kind(server.spec(), *more, temperature=0.2, max_tokens=50, schema=schema, seed=7)
        given = {"x": text("?", "q")} if more else text("?", "q")
        assert call(given).value == '{"n": 1}'
        body = server.requests[0].body
    assert (body["temperature"], body["max_tokens"], body["seed"]) == (0.2, 50, 7)
    assert body["response_format"]["json_schema"]["schema"] == schema


def test_a_schema_may_be_a_class_that_writes_one() -> None:
    class Written:
        @staticmethod
        def model_json_schema() -> dict[str, str]:
            return {"type": "object", "title": "Written"}

    with Loopback(lambda request: "{}") as server:
        mg.BlackboxLLM(server.spec(), schema=Written)(text("?", "q"))
        assert server.requests[0].body["response_format"]["json_schema"]["schema"]["title"] == "Written"
    with pytest.raises(TypeError, match="model_json_schema"):
        mg.BlackboxLLM(server.spec(), schema=int)


def test_what_a_model_object_decides_is_set_there() -> None:
    with Loopback(script) as server:
        model = OpenAIModel(server.spec(), temperature=0.5)
        for setting in ({"temperature": 0.0}, {"max_tokens": 5}):
            with pytest.raises(ConflictingSettingsError, match=r"temperature=0|max_tokens"):
                mg.BlackboxLLM(model, **setting)  # type: ignore[arg-type]
        mg.BlackboxLLM(model)(text("?", "q"))
        assert server.requests[0].body["temperature"] == 0.5
    with pytest.raises(ConflictingSettingsError):
        mg.BlackboxLLM("replay:somewhere", temperature=0.0)
