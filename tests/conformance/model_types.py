"""Judges request bodies by the types of the official `openai` package.

The types are TypedDicts. Here they are read strictly: a field that they do not know is an error at every
level, no value is converted, and lists are looked into, which pydantic otherwise leaves for later.
"""

import copy
import json

from openai.types.chat.completion_create_params import CompletionCreateParamsStreaming
from openai.types.responses.response_create_params import ResponseCreateParamsStreaming
from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator


def _strict(schema):
    """The schema with unknown fields forbidden and iterables read at once."""
    if isinstance(schema, dict):
        schema = {key: _strict(value) for key, value in schema.items()}
        if schema.get("type") == "typed-dict":
            schema["extra_behavior"] = "forbid"
        elif schema.get("type") == "generator":
            schema["type"] = "list"
        return schema
    if isinstance(schema, list):
        return [_strict(value) for value in schema]
    if isinstance(schema, tuple):
        return tuple(_strict(value) for value in schema)
    return schema


def _validator(params):
    return SchemaValidator(_strict(TypeAdapter(params).core_schema))


VALIDATORS = {
    "chat": _validator(CompletionCreateParamsStreaming),
    "responses": _validator(ResponseCreateParamsStreaming),
}


def faults(api, raw):
    """What the package's types and the API's rules refuse in this body, each with the path of the field."""
    try:
        body = json.loads(raw, object_pairs_hook=_unique)
    except ValueError as error:
        return [f"the body: {error}"]
    more = list(_known_extras(body)) if api == "chat" else []
    try:
        VALIDATORS[api].validate_json(json.dumps(body), strict=True)
    except ValidationError as error:
        return _readable(error.errors(include_url=False, include_context=False), body)
    return more + list(RULES[api](body))


def _known_extras(body):
    """Takes out what we send beyond the types on purpose.

    A tool's answer has the tool's name: Gemini refuses it otherwise, and OpenAI takes it.
    """
    names = {}
    messages = body.get("messages")
    for place, message in enumerate(messages if isinstance(messages, list) else []):
        if not isinstance(message, dict):
            continue
        calls = message.get("tool_calls")
        for call in calls if isinstance(calls, list) else []:
            if isinstance(call, dict) and isinstance(call.get("function"), dict):
                names[call.get("id")] = call["function"].get("name")
        if message.get("role") == "tool" and "name" in message:
            name = message.pop("name")
            if name != names.get(message.get("tool_call_id")):
                yield f"messages[{place}].name: {name!r} is not the tool that was called"


def _unique(pairs):
    names = [name for name, _ in pairs]
    if repeated := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"{sorted(repeated)} stands twice in one object")
    return dict(pairs)


def _readable(errors, body):
    """The errors of those members of a union that the value was meant for."""
    read = [(*_place(error["loc"], body), error) for error in errors]
    # A member whose `type` or `role` is another one says nothing about the value, unless all are so.
    wrong_kind = {tuple(labels) for path, labels, error in read if labels and _names_kind(path, error)}
    members = {tuple(labels[:depth]) for _, labels, _ in read for depth in range(1, len(labels) + 1)}

    def matters(path, labels, error):
        for depth in range(1, len(labels) + 1):
            member = tuple(labels[:depth])
            others = {other for other in members if other[:-1] == member[:-1] and other[-1][0] == member[-1][0]}
            if member in wrong_kind and not (others <= wrong_kind and _names_kind(path, error)):
                return False
        return True

    meant = [(path, error) for path, labels, error in read if matters(path, labels, error)]
    meant = meant or [(path, error) for path, _, error in read]
    # Where some member took the value apart, it does not matter that another one wanted a text.
    deepest = [
        (path, error)
        for path, error in meant
        if not any(longer[: len(path)] == path and len(longer) > len(path) for longer, _ in meant)
    ]
    lines = [f"{_written(path)}: {error['msg']}, not {json.dumps(error['input'])[:120]}" for path, error in deepest]
    return list(dict.fromkeys(lines))[:12]


def _names_kind(path, error):
    return error["type"] == "literal_error" and path[-1:] in (["type"], ["role"])


def _place(location, body):
    """Splits pydantic's location into the path in the body and the names of the members of unions."""
    path, labels, value = [], [], body
    for step in location:
        if isinstance(value, dict) and isinstance(step, str) and step in value:
            path.append(step)
            value = value[step]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            path.append(step)
            value = value[step]
        elif isinstance(value, dict) and step == location[-1]:
            path.append(step)  # a field that is missing
        else:
            labels.append((tuple(path), step))
    return path, labels


def _written(path):
    written = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return written.lstrip(".") or "the body"


# What the APIs refuse although the types allow it.


def _chat_rules(body):
    open_calls = {}
    for place, message in enumerate(body["messages"]):
        if message["role"] == "tool":
            if open_calls.pop(message["tool_call_id"], None) is None:
                yield f"messages[{place}].tool_call_id: no call before it has this id"
            continue
        for called in open_calls.values():
            yield f"messages[{called}].tool_calls: a call has no answer right behind it"
        open_calls = {call["id"]: place for call in message.get("tool_calls") or []}
        if message["role"] == "assistant" and message.get("content") is None and not open_calls:
            yield f"messages[{place}].content: an assistant's message needs a content or calls"
    for called in open_calls.values():
        yield f"messages[{called}].tool_calls: a call has no answer"
    if "tool_choice" in body and not body.get("tools"):
        yield "tool_choice: it is only allowed with tools"
    if "max_tokens" in body:
        yield "max_tokens: reasoning models refuse it; max_completion_tokens has taken its place"


def _responses_rules(body):
    items = body["input"] if isinstance(body["input"], list) else []
    calls, answered, ids = {}, set(), set()
    for place, item in enumerate(items):
        kind = item.get("type")
        if kind == "function_call":
            calls[item["call_id"]] = place
            if len(item["call_id"]) > 64:
                yield f"input[{place}].call_id: it is longer than 64 characters"
        elif kind == "function_call_output":
            if item["call_id"] not in calls or item["call_id"] in answered:
                yield f"input[{place}].call_id: no open call before it has this id"
            answered.add(item["call_id"])
        elif kind == "reasoning":
            after = items[place + 1] if place + 1 < len(items) else {}
            if after.get("type") == "function_call_output" or after.get("role") == "user" or not after:
                yield f"input[{place}]: reasoning without the item that it led to"
        if "id" in item and item["id"] in ids:
            yield f"input[{place}].id: two items have this id"
        ids.add(item.get("id"))
    for call in calls.keys() - answered:
        yield f"input[{calls[call]}]: the call has no output"
    if body.get("store") is not False:
        yield "store: nothing of a conversation may be kept at the provider"
    if "tool_choice" in body and not body.get("tools"):
        yield "tool_choice: it is only allowed with tools"


RULES = {"chat": _chat_rules, "responses": _responses_rules}

# ---------------------------------------------------------------------------------------- does it refuse?

_GOOD = {
    "chat": {
        "model": "m",
        "stream": True,
        "messages": [
            {"role": "system", "content": "a"},
            {"role": "user", "content": [{"type": "text", "text": "b"}]},
            {"role": "assistant", "content": None, "tool_calls": [
                {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}},
            ]},
            {"role": "tool", "tool_call_id": "c", "name": "f", "content": "d"},
        ],
    },
    "responses": {
        "model": "m",
        "stream": True,
        "store": False,
        "input": [
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "b"}]},
            {"type": "reasoning", "id": "r", "summary": []},
            {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c", "output": "d"},
        ],
    },
}  # fmt: skip

# Which field of the good body gets which value (or none, `...`), and what the judge must name.
_BAD = [
    ("chat", ["temprature"], 1, "temprature"),
    ("chat", ["model"], ..., "model"),
    ("chat", ["stream"], "true", "stream"),
    ("chat", ["messages", 0, "role"], "boss", "messages[0].role"),
    ("chat", ["messages", 1, "content", 0, "txt"], "x", "messages[1].content[0].txt"),
    ("chat", ["messages", 1, "content", 0, "text"], 5, "messages[1].content[0].text"),
    ("chat", ["messages", 2, "tool_calls", 0, "function", "name"], ..., "messages[2].tool_calls[0].function.name"),
    ("chat", ["messages", 3, "tool_call_id"], "other", "messages[3].tool_call_id"),
    ("chat", ["messages", 3, "name"], "other", "messages[3].name"),
    ("chat", ["messages", 1, "names"], "x", "messages[1].names"),
    ("chat", ["tool_choice"], "auto", "tool_choice"),
    ("responses", ["verbosity"], "low", "verbosity"),
    ("responses", ["store"], True, "store"),
    ("responses", ["input", 0, "content", 0, "type"], "text", "input[0].content[0].type"),
    ("responses", ["input", 0, "content", 0, "txt"], "x", "input[0].content[0].txt"),
    ("responses", ["input", 1, "encrypted"], "x", "input[1].encrypted"),
    ("responses", ["input", 1, "summary"], ..., "input[1].summary"),
    ("responses", ["input", 2, "call_id"], "c" * 65, "input[2].call_id"),
    ("responses", ["input", 3, "output"], 5, "input[3].output"),
]


def test_refuses():
    """A judge that accepts anything would prove nothing."""
    for api, good in _GOOD.items():
        if found := faults(api, json.dumps(good)):
            raise AssertionError(f"a good {api} request is refused: {found}")
        if not faults(api, b'{"model": "m", "model": "n"'):
            raise AssertionError("broken JSON is accepted")
    for api, path, value, named in _BAD:
        body = copy.deepcopy(_GOOD[api])
        holder = body
        for step in path[:-1]:
            holder = holder[step]
        if value is ...:
            del holder[path[-1]]
        else:
            holder[path[-1]] = value
        found = faults(api, json.dumps(body))
        if not any(line.startswith(named) for line in found):
            raise AssertionError(f"{api} {path} = {value!r}: the judge says {found}")
