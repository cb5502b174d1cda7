"""The simulated model server as OpenAI's own client reads it: what our client is tested against speaks the protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from openai import (
    APIConnectionError,
    APIError,
    AuthenticationError,
    BadRequestError,
    InternalServerError,
    NotFoundError,
    OpenAI,
    PermissionDeniedError,
    RateLimitError,
)

from coolcli.ask.document import Document, Section
from coolcli.ask.questions import Paper, messages
from coolcli.demo import server
from tests.builders import DAY
from tests.model_server import Fault, ModelServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openai.types.chat import ChatCompletionMessageParam

KEY = "sk-test-0123456789"
ABSTRACT = "We propose to learn a table from the last ten tides alone. The error is 6 cm over forty harbours."
TIDES = Document("abstract", "Tide Tables", (Section("Abstract", ABSTRACT),))
QUOTE = '"We propose to learn a table from the last ten tides alone." (Abstract)'


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


def client_of(url: str, *, key: str = KEY, retries: int = 0) -> OpenAI:
    return OpenAI(base_url=url, api_key=key, max_retries=retries, timeout=20)


@pytest.fixture(scope="module")
def demonstration() -> Iterator[str]:
    with server.serve(DAY) as root:
        yield f"{root}/v1"


@pytest.fixture
def client(demonstration: str) -> Iterator[OpenAI]:
    with client_of(demonstration) as opened:
        yield opened


@pytest.fixture
def faulty() -> Iterator[ModelServer]:
    with ModelServer(key=KEY) as opened:
        yield opened


def asked(question: str = "method") -> list[ChatCompletionMessageParam]:
    """A conversation as the program writes it."""
    paper = Paper.of(TIDES, 8000)
    return [_param(each.role, each.content) for each in messages(paper, "English", 8000, [], question)]


def _param(role: str, content: str) -> ChatCompletionMessageParam:
    if role == "system":
        return {"role": "system", "content": content}
    return {"role": "user", "content": content}


def test_an_answer_at_once(client: OpenAI) -> None:
    answer = client.chat.completions.create(model="demo", messages=asked())
    [choice] = answer.choices
    assert (answer.object, answer.model) == ("chat.completion", "demo")
    assert (choice.index, choice.message.role, choice.finish_reason) == (0, "assistant", "stop")
    assert QUOTE in (choice.message.content or "")


def test_an_answer_as_it_comes_is_the_same(client: OpenAI) -> None:
    whole = client.chat.completions.create(model="demo", messages=asked())
    with client.chat.completions.create(model="demo", messages=asked(), stream=True) as stream:
        chunks = list(stream)
    choices = [chunk.choices[0] for chunk in chunks]
    assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk.id for chunk in chunks}) == 1
    assert choices[0].delta.role == "assistant"
    assert [choice.finish_reason for choice in choices] == [None] * (len(choices) - 1) + ["stop"]
    assert len(choices) > 20
    assert "".join(choice.delta.content or "" for choice in choices) == whole.choices[0].message.content


def test_tokens_are_counted_where_that_is_asked_for(client: OpenAI) -> None:
    whole = client.chat.completions.create(model="demo", messages=asked())
    with client.chat.completions.create(
        model="demo", messages=asked(), stream=True, stream_options={"include_usage": True}
    ) as stream:
        *_, last = stream
    assert last.choices == []
    assert last.usage == whole.usage
    assert last.usage is not None
    assert last.usage.total_tokens == last.usage.prompt_tokens + last.usage.completion_tokens


def test_an_answer_of_so_many_tokens(client: OpenAI) -> None:
    whole = client.chat.completions.create(model="demo", messages=asked(), max_tokens=4)
    assert whole.choices[0].finish_reason == "length"
    assert whole.choices[0].message.content == "*Only the abstract was "
    assert whole.usage is not None
    assert whole.usage.completion_tokens == 4


def test_a_message_may_come_in_parts(client: OpenAI) -> None:
    parts: ChatCompletionMessageParam = {
        "role": "user",
        "content": [{"type": "text", "text": str(each["content"])} for each in asked()[1:]],
    }
    answer = client.chat.completions.create(model="demo", messages=[asked()[0], parts])
    assert QUOTE in (answer.choices[0].message.content or "")


def test_the_models(client: OpenAI) -> None:
    assert [each.id for each in client.models.list()] == ["demo"]


def test_an_unknown_model(client: OpenAI) -> None:
    with pytest.raises(NotFoundError) as refused:
        client.chat.completions.create(model="gpt-0", messages=asked())
    assert (refused.value.code, refused.value.param) == ("model_not_found", "model")
    assert "`gpt-0` does not exist" in refused.value.message


def test_a_conversation_without_a_message(client: OpenAI) -> None:
    with pytest.raises(BadRequestError) as refused:
        client.chat.completions.create(model="demo", messages=[])
    assert refused.value.param == "messages"


def test_the_key_opens_and_another_does_not(faulty: ModelServer) -> None:
    with client_of(faulty.url) as right:
        assert QUOTE in (right.chat.completions.create(model="demo", messages=asked()).choices[0].message.content or "")
    with client_of(faulty.url, key="sk-wrong") as wrong, pytest.raises(AuthenticationError) as refused:
        wrong.chat.completions.create(model="demo", messages=asked(), stream=True)
    assert refused.value.code == "invalid_api_key"
    assert [request.key for request in faulty.requests] == [KEY, "sk-wrong"]


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        (Fault.STATUS_400, BadRequestError, None),
        (Fault.STATUS_401, AuthenticationError, "invalid_api_key"),
        (Fault.STATUS_403, PermissionDeniedError, "forbidden"),
        (Fault.STATUS_404, NotFoundError, "model_not_found"),
        (Fault.STATUS_429, RateLimitError, "rate_limit_exceeded"),
        (Fault.STATUS_500, InternalServerError, None),
        (Fault.CONTEXT_TOO_LONG, BadRequestError, "context_length_exceeded"),
    ],
)
def test_errors_are_the_protocols(faulty: ModelServer, fault: Fault, error: type[APIError], code: str | None) -> None:
    faulty.fault(fault)
    with client_of(faulty.url) as client, pytest.raises(error) as refused:
        client.chat.completions.create(model="demo", messages=asked(), stream=True)
    assert refused.value.code == code


def test_a_busy_server_is_asked_again_when_it_says(faulty: ModelServer) -> None:
    faulty.fault(Fault.STATUS_429, retry_after="0.01")
    with client_of(faulty.url, retries=1) as client:
        assert client.models.list().data
    assert faulty.paths == ["/v1/models"] * 2


def test_an_error_in_the_middle_of_a_stream_is_heard(faulty: ModelServer) -> None:
    faulty.fault(Fault.ERROR_IN_STREAM, after=2)
    got: list[str] = []
    with (
        client_of(faulty.url) as client,
        client.chat.completions.create(model="demo", messages=asked(), stream=True) as stream,
        pytest.raises(APIError, match="overloaded"),
    ):
        for chunk in stream:
            got.append(chunk.choices[0].delta.content or "")  # noqa: PERF401 -- what came before the error counts
    assert "".join(got) == "*Only the "


@pytest.mark.parametrize(("fault", "reason"), [(Fault.LENGTH, "length"), (Fault.CONTENT_FILTER, "content_filter")])
def test_an_answer_that_ends_early_says_why(faulty: ModelServer, fault: Fault, reason: str) -> None:
    faulty.fault(fault, after=2)
    with (
        client_of(faulty.url) as client,
        client.chat.completions.create(model="demo", messages=asked(), stream=True) as stream,
    ):
        chunks = list(stream)
    assert chunks[-1].choices[0].finish_reason == reason
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "*Only the "


def test_a_connection_that_is_reset(faulty: ModelServer) -> None:
    faulty.fault(Fault.RESET)
    with client_of(faulty.url) as client, pytest.raises(APIConnectionError):
        client.models.list()
