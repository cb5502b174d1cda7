"""A simulated language model behind the chat-completions protocol: what `cool --demo ask` asks.

    a request -> respond -> answer: the paper's sentences, the fitting ones chosen by their words -> Markdown
                         -> pieces, a word or so each -> the protocol's events, or one object

It knows the text that it was given and nothing else, and answers with quotes from it. Nothing depends on chance or on
the time: the same request gets the same bytes. A question is looked for behind the paper, never in it.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from coolcli.ask.questions import SIX, Message, is_chinese

NAME = "demo"
"""What it is asked for as."""

_CREATED = 1_704_067_200
"""When it says that it was made, and its answers too: a moment like any other, always the same."""
_MOST = 3
"""Quotes of an answer; a summary has one more."""
_LEAST_LENGTH, _MOST_LENGTH = 30, 320
"""Characters of a sentence that is quoted."""


class Reply(NamedTuple):
    """What is answered to a request: in several pieces where it is a stream."""

    status: int
    content_type: str
    pieces: tuple[bytes, ...]

    @property
    def is_stream(self) -> bool:
        """Tell whether the pieces are to be sent as they are made, their number unsaid."""
        return self.content_type == "text/event-stream"


# --- the protocol ----------------------------------------------------------------------------------------------------


def respond(method: str, path: str, body: bytes = b"", *, authorization: str = "", key: str | None = None) -> Reply:
    """Answer a request to `/v1/…`; where a key is given, it is the only one that opens."""
    if key is not None and authorization != f"Bearer {key}":
        return refusal(401, "Incorrect API key provided.", "invalid_api_key")
    match method, path:
        case "GET", "/v1/models":
            return _whole({"object": "list", "data": [_model()]})
        case "POST", "/v1/chat/completions":
            return _complete(body)
    return refusal(404, f"Unknown request URL: {method} {path}.", "unknown_url")


def refusal(status: int, message: str, code: str | None = None, param: str | None = None) -> Reply:
    """Write an error as the protocol has it."""
    kind = "server_error" if status >= 500 else "invalid_request_error"
    return _whole({"error": {"message": message, "type": kind, "param": param, "code": code}}, status)


def _complete(body: bytes) -> Reply:
    try:
        asked = _Asked.read(body)
    except _Wrong as error:
        return refusal(400, str(error), param=error.param)
    if asked.model != NAME:
        return refusal(404, f"The model `{asked.model}` does not exist.", "model_not_found", "model")
    said = pieces(answer(asked.messages))
    finish = "length" if asked.most is not None and len(said) > asked.most else "stop"
    said = said[: asked.most]
    if not asked.is_streamed:
        return _whole(completion("".join(said), finish, asked.usage(said)))
    events = [chunk({"role": "assistant", "content": ""}), *(chunk({"content": word}) for word in said)]
    counted = [chunk(None, usage=asked.usage(said))] if asked.wants_usage else []
    return Reply(200, "text/event-stream", (*events, chunk({}, finish), *counted, DONE))


class _Wrong(ValueError):
    """A request that is not the protocol's; `param` names what is wrong in it."""

    def __init__(self, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.param = param


class _Asked(NamedTuple):
    """A request for an answer, as far as this model heeds it."""

    model: str
    messages: list[Message]
    most: int | None
    is_streamed: bool
    wants_usage: bool

    @classmethod
    def read(cls, body: bytes) -> _Asked:
        try:
            asked = json.loads(body)
        except (RecursionError, ValueError):
            raise _Wrong("The body of the request is no valid JSON.") from None
        if not isinstance(asked, dict):
            raise _Wrong("The body of the request is no JSON object.")
        if not isinstance(asked.get("model"), str):
            raise _Wrong("You must provide a model parameter.", "model")
        most = asked.get("max_completion_tokens", asked.get("max_tokens"))
        if most is not None and (not isinstance(most, int) or most < 1):
            raise _Wrong("max_tokens must be a whole number of at least 1.", "max_tokens")
        options = asked.get("stream_options")
        return cls(
            asked["model"],
            _messages(asked.get("messages")),
            most,
            asked.get("stream") is True,
            isinstance(options, dict) and options.get("include_usage") is True,
        )

    def usage(self, said: Sequence[str]) -> dict[str, int]:
        """Count what was read and said; a word or so is a token here."""
        read = sum(len(pieces(message.content)) for message in self.messages)
        return {"prompt_tokens": read, "completion_tokens": len(said), "total_tokens": read + len(said)}


def _messages(given: Any) -> list[Message]:
    if not isinstance(given, list) or not given:
        raise _Wrong("messages must be a list of at least one message.", "messages")
    return [_message(each, f"messages[{number}]") for number, each in enumerate(given)]


def _message(given: Any, place: str) -> Message:
    role, content = (given.get("role"), given.get("content")) if isinstance(given, dict) else (None, None)
    if isinstance(content, list) and all(isinstance(part, dict) for part in content):
        content = "".join(str(part.get("text", "")) for part in content)
    if role not in ("system", "user", "assistant") or not isinstance(content, str):
        raise _Wrong(f"{place} needs a role (system, user or assistant) and a text as its content.", place)
    return Message(role, content)


DONE = b"data: [DONE]\n\n"
"""The end of a stream, behind the event that says why it ends."""


def chunk(
    delta: Mapping[str, object] | None, finish: str | None = None, usage: Mapping[str, int] | None = None
) -> bytes:
    """Write an event of a stream: what it adds to the answer, or the count that comes after it."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]
    return event(_head("chat.completion.chunk") | {"choices": choices} | ({} if usage is None else {"usage": usage}))


def event(data: object) -> bytes:
    """Write a server-sent event that carries JSON."""
    return b"data: " + _encoded(data) + b"\n\n"


def completion(text: str, finish: str, usage: Mapping[str, int]) -> dict[str, object]:
    """Give an answer that is sent at once."""
    message = {"role": "assistant", "content": text, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
    return _head("chat.completion") | {"choices": [choice], "usage": usage}


def _head(kind: str) -> dict[str, object]:
    return {"id": "chatcmpl-demo", "object": kind, "created": _CREATED, "model": NAME}


def _whole(data: object, status: int = 200) -> Reply:
    return Reply(status, "application/json", (_encoded(data),))


def _encoded(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")  # half a pair may have come as an escape


def _model() -> dict[str, object]:
    return {"id": NAME, "object": "model", "created": _CREATED, "owned_by": "coolcli"}


def pieces(text: str) -> list[str]:
    """Cut a text as a model's tokens come: a word with the blanks behind it, or two signs of a script without words."""
    return _PIECE.findall(text)


_PIECE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]{1,2}\s*|[^\s\u2e80-\u9fff\uff00-\uffef]+\s*|\s+")


# --- the answer ------------------------------------------------------------------------------------------------------


class _Sentence(NamedTuple):
    text: str
    section: str
    is_first: bool
    """Of its section."""


class _Rule(NamedTuple):
    """How one of the six questions is answered."""

    sections: re.Pattern[str]
    """Headings of the sections that it is answered in."""
    cues: re.Pattern[str]
    """Words of the sentences that answer it."""
    english: str
    chinese: str
    item: str = "-"


def _rule(sections: str, cues: str, english: str, chinese: str, item: str = "-") -> _Rule:
    return _Rule(re.compile(sections, re.I), re.compile(rf"\b(?:{cues})", re.I), english, chinese, item)


_RULES: Mapping[str, _Rule] = MappingProxyType(
    {
        "problem": _rule(
            "abstract|introduction|motivation",
            "problem|challeng|however|but\\b|lack|limit|fail|cost|hard\\b|difficult|unclear|unstable|rarely|nobody|long",
            "**What is missing or wrong today**, in the paper's words:",
            "**现状的问题**，论文原文：",
        ),
        "related": _rule(
            "related|background|prior|previous|literature",
            "prior|previous|existing|earlier|unlike|in contrast|compar|recent|known|theory|against|instead",
            "**What came before**, and how the paper sets itself apart:",
            "**前人的工作**，以及本文的不同：",
        ),
        "method": _rule(
            "method|approach|model|algorithm|architecture|framework|training|theory|analysis|proof",
            "we (?:propose|introduce|show|derive|use|train|fit|give|prove|trace|turn)|consist|algorithm|schedule|step",
            "**How it goes about it**, step by step:",
            "**方法**，逐步来看：",
            "1.",
        ),
        "experiments": _rule(
            "experiment|result|evaluation|ablation|benchmark|data",
            r"experiment|data|baseline|accura|error|measur|outperform|improv|recover|match|(?<!\[)[0-9][0-9.,]*%?",
            "**What was measured**, with the numbers as they stand:",
            "**实验**，数字照录：",
        ),
        "future": _rule(
            "conclusion|discussion|limitation|future|outlook",
            "future|limit|remain|open\\b|extend|leave|could|would|also|cannot|not yet|fail|hurt",
            "**What is left to do**, as far as the paper says it:",
            "**后续方向**，论文提到的：",
        ),
        "summary": _rule(
            "abstract|method|result|experiment|conclusion",
            "we (?:propose|introduce|show|find|ask|study|collect)|result|conclu",
            "### In short\n\nThe paper in **its own sentences**:",
            "### 概要\n\n论文**原文**如下：",
        ),
    }
)
_BACK_MATTER = re.compile(r"^(?:[\dA-Z.]+\s+)?(?:references|bibliography|acknowledge?ments?)\b", re.I)
_ASKING = re.compile(
    "about|could|does|from|have|into|many|much|paper|that|their|there|they|this|what|when|where|which|with|would"
)
"""Words that a question has and that say nothing of what it asks for."""


def answer(messages: Sequence[Message]) -> str:
    """Answer the last of some messages in Markdown, with quotes from the paper in the first that holds one.

    That there is no more than an abstract is said once in a conversation.
    """
    words = _CHINESE if is_chinese(_language(messages)) else _ENGLISH
    sentences = [each for each in _sentences(_paper(messages)) if not _BACK_MATTER.search(each.section)]
    if not sentences:
        return words.nothing
    question = _question(messages)
    rule = next((rule for name, rule in _RULES.items() if _is_asked(name, question)), None)
    said = words.list_of(sentences, rule) if rule else words.own(sentences, question, messages)
    is_first = not any(message.role == "assistant" for message in messages)
    is_short = {each.section for each in sentences} == {"Abstract"}
    return f"{words.abstract_only}\n\n{said}" if is_first and is_short else said


def _language(messages: Sequence[Message]) -> str:
    found = re.fullmatch(r".*(?:in this language: |所用的语言：)(.+?)[.。]?", messages[0].content, re.S)
    return found[1] if found and messages[0].role == "system" else ""


_PAPER = re.compile(r"^-----BEGIN PAPER ([0-9a-f]{16})-----\n(.*)^-----END PAPER \1-----$", re.M | re.S)


def _paper(messages: Sequence[Message]) -> str:
    found = (_PAPER.search(message.content) for message in messages if message.role == "user")
    return next((match[2] for match in found if match), "")


def _question(messages: Sequence[Message]) -> str:
    """Give what stands in the last message behind the paper, or all of it where there is none in it."""
    return _PAPER.sub("", messages[-1].content).strip()


def _is_asked(name: str, question: str) -> bool:
    six = SIX[name]
    return question.startswith((six.english, six.asks, six.chinese, six.asks_chinese))


def _sentences(paper: str) -> list[_Sentence]:
    """Take a paper apart, whose first line is its title; where nothing in it is fit to be quoted, give beginnings."""
    before, *sections = re.split(r"^(?=##+ )", re.sub(r"\A\s*# .*", "", paper), flags=re.M)
    found = []
    for section in [f"\n{before}", *sections]:
        heading, _, text = section.lstrip("#").partition("\n")
        texts = [piece for paragraph in re.split(r"\n\s*\n", text) for piece in _split(paragraph)]
        found += [_Sentence(each, heading.strip(), not number) for number, each in enumerate(texts)]
    whole = [each for each in found if _is_whole(each.text)]
    return whole or [each._replace(text=textwrap.shorten(each.text, _MOST_LENGTH, placeholder=" …")) for each in found]


def _split(paragraph: str) -> list[str]:
    return [each for each in _BORDER.split(" ".join(paragraph.split())) if each]


def _is_whole(sentence: str) -> bool:
    return _LEAST_LENGTH <= len(sentence) <= _MOST_LENGTH and sentence[-1] in ".!?)。！？）"


_BORDER = re.compile(r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!\bal\.)(?<!Fig\.)(?<!Eq\.)\s(?=[\"“(\[$A-Z0-9])|(?<=[。！？])\s?")


class _Words(NamedTuple):
    """What an answer says in a language around its quotes."""

    quoted: str
    beginning: str
    abstract_only: str
    nothing: str
    earlier: str
    own_words: str
    not_said: str

    def list_of(self, sentences: Sequence[_Sentence], rule: _Rule) -> str:
        """Answer one of the six questions."""
        worths = [_worth(each, rule) for each in sentences]
        is_summary = rule is _RULES["summary"]
        chosen = _best(sentences, worths, _MOST + 1, 1) if is_summary else _best(sentences, worths, _MOST)
        if not chosen:
            return self._listed(self.not_said, sentences[:1])
        return self._listed(rule.chinese if self is _CHINESE else rule.english, chosen, rule.item)

    def own(self, sentences: Sequence[_Sentence], question: str, messages: Sequence[Message]) -> str:
        """Answer a question of the reader's own by the words that it has in common with the paper."""
        asked = [word for word in _asking_words(question) if any(_has(each, word) for each in sentences)]
        worths = [sum(_has(each, word) for word in asked) for each in sentences]
        chosen = _best(sentences, worths, _MOST)
        if chosen:
            said = self._listed(self.own_words.format(", ".join(asked)), chosen)
        else:
            said = self._listed(self.not_said, sentences[:1])
        return self._earlier(messages) + said

    def _listed(self, opening: str, chosen: Sequence[_Sentence], item: str = "-") -> str:
        lines = [f"{item} {self.quoted.format(each.text, each.section or self.beginning)}" for each in chosen]
        if item != "-":
            lines = [f"{number}{line.removeprefix('1')}" for number, line in enumerate(lines, 1)]
        return "\n".join([opening, "", *lines])

    def _earlier(self, messages: Sequence[Message]) -> str:
        """Say what the answer before quoted, where there was one."""
        before = [message.content for message in messages if message.role == "assistant"]
        quote = re.search(r"[\"“](.+)[\"”] ?[(（]", before[-1]) if before else None
        return self.earlier.format(textwrap.shorten(quote[1], 60, placeholder=" …")) if quote else ""


_ENGLISH = _Words(
    quoted='"{}" ({})',
    beginning="the beginning",
    abstract_only="*Only the abstract was given, so this is all that can be said.*",
    nothing="No text of a paper was given, so there is nothing to quote.",
    earlier='Earlier I quoted "{}". ',
    own_words="On **{}**, the paper says:",
    not_said="The text **does not say**. It begins like this:",
)
_CHINESE = _Words(
    quoted="“{}”（{}）",
    beginning="开头",
    abstract_only="*只给出了摘要，所以只能说这些。*",
    nothing="没有给出论文文本，无可引用。",
    earlier="前面我引用过“{}”。",
    own_words="关于 **{}**，论文写道：",
    not_said="文中**没有说明**。它的开头是：",
)


def _worth(sentence: _Sentence, rule: _Rule) -> int:
    """Weigh a sentence for a question: by its section, by being the first of it, and by its words."""
    fits = bool(rule.sections.search(sentence.section))
    return 2 * fits + (fits and sentence.is_first) + len({cue.lower() for cue in rule.cues.findall(sentence.text)})


def _best(sentences: Sequence[_Sentence], worths: Sequence[int], most: int, of_section: int = 2) -> list[_Sentence]:
    """Choose the worthiest sentences, so many of a section and none twice, and give them in the paper's order."""
    ranked = sorted((number for number, worth in enumerate(worths) if worth), key=lambda number: -worths[number])
    is_one = len({sentence.section for sentence in sentences}) == 1
    chosen: list[int] = []
    for number in ranked:
        others = [sentences[other] for other in chosen]
        is_full = sum(other.section == sentences[number].section for other in others) >= of_section and not is_one
        if len(chosen) < most and not is_full and sentences[number].text not in [other.text for other in others]:
            chosen.append(number)
    return [sentences[number] for number in sorted(chosen)]


def _asking_words(question: str) -> list[str]:
    """Give the words of a question that may stand in a paper, as they were asked."""
    words = re.findall(r"[A-Za-z][\w-]{3,}|[A-Z]{2,}|[\u4e00-\u9fff]{2}", question)
    return [word for word in dict.fromkeys(words) if not _ASKING.fullmatch(word.lower())]


def _has(sentence: _Sentence, word: str) -> bool:
    start = rf"\b{re.escape(word[:5])}" if word.isascii() else re.escape(word)
    return re.search(start, sentence.text, re.I) is not None
