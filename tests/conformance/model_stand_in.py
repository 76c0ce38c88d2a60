"""A stand-in for OpenAI's API that judges each request and answers with the `openai` package's own models.

An answer is a list of parts, which is told in either API. Every event is made by the package's model for it
and has no field that the model does not know, so the stand-in says nothing that the official client would
not understand; `test_is_understood` has that client read it.
"""

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import model_types
import openai
from openai.types import responses
from openai.types.chat import ChatCompletionChunk, chat_completion_message
from openai.types.chat.chat_completion_chunk import (
    Choice,
    ChoiceDelta,
    ChoiceDeltaToolCall,
    ChoiceDeltaToolCallFunction,
)
from openai.types.completion_usage import CompletionUsage
from openai.types.responses import response as whole
from openai.types.responses import response_reasoning_item, response_usage
from openai.types.responses.response_error import ResponseError
from openai.types.shared import ErrorObject
from pydantic import BaseModel

KEY = "sk-judge"
PATHS = {"/v1/chat/completions": "chat", "/v1/responses": "responses"}


@dataclass
class Text:
    text: str
    # Models of the package.
    annotations: list = field(default_factory=list)


@dataclass
class Refusal:
    text: str


@dataclass
class Call:
    id: str
    name: str
    arguments: str


@dataclass
class Item:
    """An output item of the Responses API as it is, such as reasoning or a search."""

    model: BaseModel


@dataclass
class Answer:
    parts: list
    # `stop`, `length`, `content_filter`; only in the Responses API `failed` and `error`, which may pass, and `refused`.
    end: str = "stop"


@dataclass
class Rejection:
    """In place of an answer: the model does not take this field."""

    message: str
    param: str


class StandIn:
    def __init__(self):
        self.answers = deque()
        # Of requests for an answer, (API, body); those for a title stand apart, since they come beside.
        self.asked = []
        self.titles = []
        self.faults = []
        self.lock = threading.Lock()

    def __enter__(self):
        stand_in = self

        class Handler(_Handler):
            owner = stand_in

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def take(self, api, raw):
        """Judges a request; gives its body and the answer to it, or none if it is refused."""
        faults = model_types.faults(api, raw)
        with self.lock:
            if faults:
                self.faults += faults
                return None, None
            body = json.loads(raw)
            if not body.get("tools"):
                self.titles.append((api, body))
                return body, Answer([Text("A title")])
            self.asked.append((api, body))
            if not self.answers:
                self.faults.append("it was asked once more than it had answers")
                return None, None
            return body, self.answers.popleft()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Otherwise the system holds small writes back.
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("content-length", 0)))
        api = PATHS.get(self.path)
        if api is None:
            self.owner.faults.append(f"the address {self.path} is unknown")
            return self.refuse(404, "unknown address")
        for name, expected in (("authorization", f"Bearer {KEY}"), ("content-type", "application/json")):
            if self.headers.get(name) != expected:
                self.owner.faults.append(f"the header {name} is {self.headers.get(name)!r}")
        body, answer = self.owner.take(api, raw)
        if answer is None:
            return self.refuse(400, "the judge refuses this request")
        if isinstance(answer, Rejection):
            return self.refuse(400, answer.message, answer.param)
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        try:
            for event in TELL[api](body, answer):
                self.send(event)
            self.wfile.write(b"0\r\n\r\n")
        except ConnectionError:
            # The server has hung up, as it may once it knows how the answer ended.
            self.close_connection = True
        except Exception as error:
            self.owner.faults.append(f"the stand-in failed: {error!r}")
            raise

    def send(self, text):
        data = text.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def refuse(self, status, message, param=None):
        error = ErrorObject(message=message, type="invalid_request_error", param=param, code=None)
        body = json.dumps({"error": error.model_dump()})
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())


def written(model, allowed=()):
    """The model as JSON. It must have no field that the package does not know, but for those that are allowed."""
    _only_known(model, allowed)
    return model.model_dump_json(exclude_unset=True, by_alias=True)


def _only_known(value, allowed):
    if isinstance(value, BaseModel):
        if unknown := set(value.model_extra or ()) - set(allowed):
            raise AssertionError(f"{type(value).__name__} has no {sorted(unknown)}")
        for below in value.__dict__.values():
            _only_known(below, allowed)
    elif isinstance(value, list):
        for below in value:
            _only_known(below, allowed)


def pieces(text):
    """The text in pieces of seven characters."""
    return [text[place : place + 7] for place in range(0, len(text), 7)] or [""]


# ------------------------------------------------------------------------------------------ Chat Completions


def chat(body, answer):
    def chunk(choices, **more):
        made = ChatCompletionChunk(
            id="chatcmpl-1",
            created=1_790_000_000,
            model=body["model"],
            object="chat.completion.chunk",
            choices=choices,
            **more,
        )
        # The package has no type for annotations that are streamed; they look like those of a whole message.
        return f"data: {written(made, allowed=['annotations'])}\n\n"

    def delta(**fields):
        return chunk([Choice(index=0, delta=ChoiceDelta(**fields), finish_reason=None)])

    yield delta(role="assistant", content="", refusal=None)
    calls = 0
    for part in answer.parts:
        if isinstance(part, Text):
            for piece in pieces(part.text):
                yield delta(content=piece)
            cited = [
                annotation
                for annotation in part.annotations
                if isinstance(annotation, chat_completion_message.Annotation)
            ]
            if cited:
                yield delta(annotations=[annotation.model_dump() for annotation in cited])
        elif isinstance(part, Refusal):
            for piece in pieces(part.text):
                yield delta(refusal=piece)
        elif isinstance(part, Call):
            function = ChoiceDeltaToolCallFunction(name=part.name, arguments="")
            yield delta(tool_calls=[ChoiceDeltaToolCall(index=calls, id=part.id, type="function", function=function)])
            for piece in pieces(part.arguments):
                function = ChoiceDeltaToolCallFunction(arguments=piece)
                yield delta(tool_calls=[ChoiceDeltaToolCall(index=calls, function=function)])
            calls += 1
    reason = "tool_calls" if calls else answer.end
    yield chunk([Choice(index=0, delta=ChoiceDelta(), finish_reason=reason)])
    if (body.get("stream_options") or {}).get("include_usage"):
        yield chunk([], usage=CompletionUsage(prompt_tokens=7, completion_tokens=5, total_tokens=12))
    yield "data: [DONE]\n\n"


# ------------------------------------------------------------------------------------------------- Responses


def respond(body, answer):
    told = _Told(body)
    yield told.event(responses.ResponseCreatedEvent, type="response.created", response=told.response("in_progress"))
    yield told.event(
        responses.ResponseInProgressEvent, type="response.in_progress", response=told.response("in_progress")
    )
    for part in answer.parts:
        yield from told.part(part)
    if answer.end == "error":
        yield told.event(
            responses.ResponseErrorEvent, type="error", code="server_error", message="It broke.", param=None
        )
    elif answer.end in ("failed", "refused"):
        error = ResponseError(code="server_error" if answer.end == "failed" else "invalid_prompt", message="It broke.")
        failed = told.response("failed", error=error)
        yield told.event(responses.ResponseFailedEvent, type="response.failed", response=failed)
    elif answer.end == "stop":
        completed = told.response("completed", usage=_USAGE)
        yield told.event(responses.ResponseCompletedEvent, type="response.completed", response=completed)
    else:
        reason = {"length": "max_output_tokens"}.get(answer.end, answer.end)
        incomplete = told.response(
            "incomplete", incomplete_details=whole.IncompleteDetails(reason=reason), usage=_USAGE
        )
        yield told.event(responses.ResponseIncompleteEvent, type="response.incomplete", response=incomplete)


_USAGE = response_usage.ResponseUsage(
    input_tokens=7,
    input_tokens_details=response_usage.InputTokensDetails(cached_tokens=0, cache_write_tokens=0),
    output_tokens=5,
    output_tokens_details=response_usage.OutputTokensDetails(reasoning_tokens=0),
    total_tokens=12,
)


class _Told:
    """What was told of one response so far."""

    def __init__(self, body):
        self.body = body
        self.output = []
        self.events = 0

    def event(self, model, **fields):
        made = model(sequence_number=self.events, **fields)
        self.events += 1
        return f"event: {made.type}\ndata: {written(made)}\n\n"

    def response(self, status, **more):
        return whole.Response(
            id="resp_1",
            created_at=1_790_000_000,
            model=self.body["model"],
            object="response",
            status=status,
            output=list(self.output),
            parallel_tool_calls=True,
            tool_choice=self.body.get("tool_choice", "auto"),
            tools=self.body.get("tools", []),
            **more,
        )

    def part(self, part):
        index = len(self.output)
        if isinstance(part, (Text, Refusal)):
            yield from self.message(index, part)
        elif isinstance(part, Call):
            yield from self.call(index, part)
        elif isinstance(part.model, responses.ResponseReasoningItem):
            yield from self.reasoning(index, part.model)
        else:
            yield from self.item(index, part.model, part.model, ())

    def item(self, index, begun, done, between):
        yield self.event(
            responses.ResponseOutputItemAddedEvent, type="response.output_item.added", output_index=index, item=begun
        )
        yield from between
        yield self.event(
            responses.ResponseOutputItemDoneEvent, type="response.output_item.done", output_index=index, item=done
        )
        self.output.append(done)

    def message(self, index, part):
        message = lambda status, content: responses.ResponseOutputMessage(
            id=f"msg_{index}", type="message", role="assistant", status=status, content=content
        )
        empty, full = self.content(part, ""), self.content(part, part.text)
        yield from self.item(
            index,
            message("in_progress", []),
            message("completed", [full]),
            self.content_events(index, part, empty, full),
        )

    @staticmethod
    def content(part, text):
        if isinstance(part, Refusal):
            return responses.ResponseOutputRefusal(type="refusal", refusal=text)
        cited = [
            annotation
            for annotation in part.annotations
            if not isinstance(annotation, chat_completion_message.Annotation)
        ]
        return responses.ResponseOutputText(type="output_text", text=text, annotations=cited if text else [])

    def content_events(self, index, part, empty, full):
        at = {"item_id": f"msg_{index}", "output_index": index, "content_index": 0}
        yield self.event(responses.ResponseContentPartAddedEvent, type="response.content_part.added", part=empty, **at)
        if isinstance(part, Refusal):
            for piece in pieces(part.text):
                yield self.event(responses.ResponseRefusalDeltaEvent, type="response.refusal.delta", delta=piece, **at)
            yield self.event(responses.ResponseRefusalDoneEvent, type="response.refusal.done", refusal=part.text, **at)
        else:
            for piece in pieces(part.text):
                yield self.event(
                    responses.ResponseTextDeltaEvent, type="response.output_text.delta", delta=piece, logprobs=[], **at
                )
            for place, annotation in enumerate(full.annotations):
                yield self.event(
                    responses.ResponseOutputTextAnnotationAddedEvent,
                    type="response.output_text.annotation.added",
                    annotation=annotation.model_dump(),
                    annotation_index=place,
                    **at,
                )
            yield self.event(
                responses.ResponseTextDoneEvent, type="response.output_text.done", text=part.text, logprobs=[], **at
            )
        yield self.event(responses.ResponseContentPartDoneEvent, type="response.content_part.done", part=full, **at)

    def call(self, index, part):
        call = lambda status, arguments: responses.ResponseFunctionToolCall(
            id=f"fc_{index}", type="function_call", call_id=part.id, name=part.name, arguments=arguments, status=status
        )
        at = {"item_id": f"fc_{index}", "output_index": index}
        between = (
            self.event(
                responses.ResponseFunctionCallArgumentsDeltaEvent,
                type="response.function_call_arguments.delta",
                delta=piece,
                **at,
            )
            for piece in pieces(part.arguments)
        )
        yield from self.item(index, call("in_progress", ""), call("completed", part.arguments), between)

    def reasoning(self, index, item):
        begun = responses.ResponseReasoningItem(id=item.id, type="reasoning", summary=[])
        yield from self.item(index, begun, item, self.summary_events(index, item))

    def summary_events(self, index, item):
        part = responses.response_reasoning_summary_part_added_event.Part
        for place, summary in enumerate(item.summary):
            at = {"item_id": item.id, "output_index": index, "summary_index": place}
            yield self.event(
                responses.ResponseReasoningSummaryPartAddedEvent,
                type="response.reasoning_summary_part.added",
                part=part(type="summary_text", text=""),
                **at,
            )
            for piece in pieces(summary.text):
                yield self.event(
                    responses.ResponseReasoningSummaryTextDeltaEvent,
                    type="response.reasoning_summary_text.delta",
                    delta=piece,
                    **at,
                )
            yield self.event(
                responses.ResponseReasoningSummaryTextDoneEvent,
                type="response.reasoning_summary_text.done",
                text=summary.text,
                **at,
            )


TELL = {"chat": chat, "responses": respond}


def reasoning(number, text):
    """Reasoning with a summary, to be given back as it is."""
    return Item(
        responses.ResponseReasoningItem(
            id=f"rs_{number}",
            type="reasoning",
            summary=[response_reasoning_item.Summary(type="summary_text", text=text)],
            encrypted_content=f"gAAAA-{number}-" + "x" * 300,
        )
    )


def test_is_understood():
    """The official client reads the same text, refusal, calls and reasoning that the stand-in was given."""
    tool = {"type": "function", "name": "f", "description": "d", "parameters": {"type": "object"}, "strict": False}
    parts = [reasoning(1, "Some thoughts."), Text("Grüße, wörld!"), Call("call_1", "f", '{"place": "Zürich"}')]
    with StandIn() as stand_in, openai.OpenAI(base_url=stand_in.base, api_key=KEY, max_retries=0) as client:
        for _ in range(2):
            stand_in.answers.append(Answer(parts))
        ended = None
        for event in client.responses.create(model="m", input="hi", store=False, stream=True, tools=[tool]):
            ended = event
        thought, message, call = ended.response.output
        if (thought.encrypted_content, message.content[0].text) != (parts[0].model.encrypted_content, parts[1].text):
            raise AssertionError("the client reads other Responses events than were sent")
        text, arguments, reason = "", "", None
        function = {name: tool[name] for name in ("name", "description", "parameters")}
        asking = [{"role": "user", "content": "hi"}]
        tools = [{"type": "function", "function": function}]
        for chunk in client.chat.completions.create(model="m", messages=asking, stream=True, tools=tools):
            for choice in chunk.choices:
                text += choice.delta.content or ""
                arguments += "".join(piece.function.arguments for piece in choice.delta.tool_calls or [])
                reason = choice.finish_reason or reason
        if (text, arguments, reason) != (parts[1].text, call.arguments, "tool_calls"):
            raise AssertionError("the client reads other chunks than were sent")
        try:
            client.responses.create(model="m", input="hi", store=False, stream=True, extra_body={"verbosity": "low"})
            raise AssertionError("a field that is not known was accepted")
        except openai.BadRequestError:
            pass
        if len(stand_in.faults) != 1:
            raise AssertionError(stand_in.faults)
