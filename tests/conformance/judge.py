#!/usr/bin/env python3
"""Judges what the server sends by the models of the reference SDK.

    python judge.py path/to/actix-chatkit path/to/examples/widgets path/to/examples/gallery

Judges a widget for each component with every prop, which the first example prints, and everything
the gallery shows, which must be everything the reference has a type for. Then starts the server on a
free port with the demo model and holds conversations with it: the script that is built into
validate.py, one that touches every request type, and a long one whose pages must hold exactly what
was streamed. validate.py judges each answer: every value parses in the reference's models and,
written again by them, is the same JSON; events come in the order the protocol says.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager

import validate

# A red pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


class Failure(Exception):
    """The server did not do what the protocol says."""


def require(report, what):
    if not report.ok:
        raise Failure("\n  ".join([what, *report.errors]))


class Server:
    def __init__(self, base):
        self.base = base

    def call(self, type_name, params, status=200):
        body = json.dumps({"type": type_name, "params": params}).encode()
        got, content_type, answer = validate.post(self.base + "/chatkit", body)
        text = answer.decode()
        if got != status:
            raise Failure(f"{type_name}: status {got}, expected {status}: {text}")
        if got >= 400:
            error = json.loads(text)["error"]
            if not (error["code"] and error["message"]):
                raise Failure(f"{type_name}: an error without code or message: {text}")
        expected = "text/event-stream" if got == 200 and type_name in validate.STREAMING else "application/json"
        if not content_type.startswith(expected):
            raise Failure(f"{type_name}: content type {content_type}")
        return text

    def stream(self, type_name, params, may_fail=False):
        report = validate.Report()
        events = validate.parse_sse(self.call(type_name, params), report)
        validate.check_stream(events, report, {"type": type_name})
        require(report, type_name)
        for event in events:
            if event["type"] == "error" and not may_fail:
                raise Failure(f"{type_name}: {event}")
        return events

    def value(self, type_name, params):
        value = json.loads(self.call(type_name, params))
        self.judge(validate.KIND_OF_REQUEST[type_name], value, type_name)
        return value

    def judge(self, kind, value, what):
        report = validate.Report()
        validate.check_value(kind, value, what, report)
        require(report, what)

    def pages(self, thread, order, limit):
        """All items of a thread, page by page."""
        after = None
        while True:
            query = {"thread_id": thread, "limit": limit, "order": order, "after": after}
            page = self.value("items.list", query)
            yield from page["data"]
            after = page.get("after")
            if not page["has_more"]:
                return


def message(text, attachments=()):
    content = [{"type": "input_text", "text": text}]
    return {"content": content, "attachments": list(attachments), "inference_options": {}}


def done(events, kind=None):
    items = [event["item"] for event in events if event["type"] == "thread.item.done"]
    return [item for item in items if kind in (None, item["type"])]


def same_items(server, thread, expected):
    """The thread holds these items, in this order, however it is read."""
    for order, limit in (("asc", 1), ("asc", 7), ("desc", 20), ("desc", 100)):
        seen = list(server.pages(thread, order, limit))
        if seen != (expected if order == "asc" else expected[::-1]):
            raise Failure(f"pages of {limit} in order {order} differ from what was streamed")


def upload(server, name, mime_type, data):
    """Announces a file and sends its bytes; gives the attachment."""
    attachment = server.value("attachments.create", {"name": name, "size": len(data), "mime_type": mime_type})
    descriptor = attachment["upload_descriptor"]
    disposition = f'content-disposition: form-data; name="file"; filename="{name}"'
    form = f"--x\r\n{disposition}\r\n\r\n".encode() + data + b"\r\n--x--\r\n"
    request = urllib.request.Request(
        descriptor["url"], form, {"content-type": "multipart/form-data; boundary=x"}, method=descriptor["method"]
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        server.judge("attachment", json.load(response), "upload")
    return attachment


def every_request(server):
    events = server.stream("threads.create", {"input": message("What's the weather like in Tokyo?")})
    thread = events[0]["thread"]["id"]
    if not done(events, "widget"):
        raise Failure("no weather card")
    if not any(e["type"] == "thread.updated" and e["thread"].get("title") for e in events):
        raise Failure("no title")

    events = server.stream("threads.add_user_message", {"thread_id": thread, "input": message("Show me available cities")})
    (selector,) = done(events, "widget")
    action = {"type": "city_selected", "payload": {"city_value": "denver", "city_label": "Denver, CO"}}
    sender = {"thread_id": thread, "item_id": selector["id"], "action": action}
    if not done(server.stream("threads.custom_action", sender), "widget"):
        raise Failure("no card for the selected city")

    attachment = upload(server, "red.png", "image/png", PNG)
    events = server.stream(
        "threads.add_user_message",
        {"thread_id": thread, "input": message("What do you see in this image?", [attachment["id"]])},
    )
    (question,) = done(events, "user_message")
    with urllib.request.urlopen(question["attachments"][0]["preview_url"], timeout=60) as response:
        if not response.headers["content-type"].startswith("image/"):
            raise Failure("the preview is no picture")

    server.stream("threads.retry_after_item", {"thread_id": thread, "item_id": question["id"]})
    loaded = server.value("threads.get_by_id", {"thread_id": thread})
    same_items(server, thread, loaded["items"]["data"])
    server.value("threads.list", {"limit": 1})
    renamed = server.value("threads.update", {"thread_id": thread, "title": "Renamed ✓"})
    if renamed["title"] != "Renamed ✓":
        raise Failure("not renamed")
    feedback = {"thread_id": thread, "item_ids": [question["id"]], "kind": "positive"}
    for type_name, params in (
        ("items.feedback", feedback),
        ("attachments.delete", {"attachment_id": attachment["id"]}),
        ("threads.delete", {"thread_id": thread}),
    ):
        if json.loads(server.call(type_name, params)) != {}:
            raise Failure(f"{type_name}: expected an empty object")

    for type_name, params, status in (
        ("threads.get_by_id", {"thread_id": thread}, 404),
        ("threads.add_user_message", {"thread_id": thread, "input": message("x")}, 404),
        ("threads.sync_custom_action", {"thread_id": thread, "action": {"type": "x"}}, 404),
        ("threads.add_client_tool_output", {"thread_id": thread, "result": None}, 404),
        ("threads.add_structured_input", {"thread_id": thread, "item_id": "x", "input": {}}, 404),
        ("input.transcribe", {"audio_base64": "AAAA", "mime_type": "audio/webm"}, 501),
        ("threads.explode", {}, 400),
    ):
        server.call(type_name, params, status)


# Words of many kinds: cards, several at once, lists, plain talk, other scripts, much text.
LONG_CONVERSATION = [
    "What's the weather in Oslo, Lima and Cairo?",
    "Which one is warmer?",
    "What time is it in São Paulo?",
    "Show me available cities",
    "Wie ist das Wetter in München?",
    "東京の天気は?",
    "Thanks!",
    "\u2028 <b>&amp;</b> \"quoted\" \\ 🇳🇴 " + "long " * 2_000,
]


def long_conversation(server):
    """Many turns in one thread: what is read afterwards is what was streamed."""
    events = server.stream("threads.create", {"input": message("Hello")})
    thread = events[0]["thread"]["id"]
    items = done(events)
    for text in LONG_CONVERSATION * 5:
        items += done(server.stream("threads.add_user_message", {"thread_id": thread, "input": message(text)}))
    same_items(server, thread, items)
    loaded = server.value("threads.get_by_id", {"thread_id": thread})
    if loaded["items"]["data"] != items[:20] or not loaded["items"]["has_more"]:
        raise Failure("a thread is loaded with its first 20 items")
    return len(items)


def components(example):
    """Every component we can build is what the reference takes it for; no prop it knows is missing."""
    printed = subprocess.run([example], stdout=subprocess.PIPE, check=True).stdout.decode()
    seen = set()
    for line in printed.splitlines():
        specimen = json.loads(line)
        report = validate.Report()
        validate.check_widget(specimen["widget"], specimen["component"], report)
        report.errors += [note for note in report.notes if "known only to the TypeScript side" not in note]
        require(report, "a component is not what the reference takes it for")
        seen.update(props(specimen["widget"]))
    known = {(name, prop) for name, cls in validate.NAMED.items() for prop in cls.model_fields}
    if known - seen:
        raise Failure(f"the reference knows props that the example does not show: {sorted(known - seen)}")


def props(value):
    """All (component, prop) below a value."""
    if isinstance(value, dict):
        yield from ((value.get("type"), prop) for prop in value)
        for below in value.values():
            yield from props(below)
    elif isinstance(value, list):
        for below in value:
            yield from props(below)


def gallery(binary):
    """Everything the gallery shows is well-formed, and it shows every type that the reference has."""
    seen = set()
    with running(binary) as server:
        asking = message("help")
        asking["content"].append({"type": "input_tag", "id": "t", "text": "please", "data": {}, "interactive": False})
        answered = server.stream("threads.create", {"input": asking})
        seen.update(types(answered))
        (help_message,) = done(answered, "assistant_message")
        commands = re.findall(r"^\| `([^`]+)` \|", help_message["content"][0]["text"], re.MULTILINE)
        for command in commands:
            events = server.stream("threads.create", {"input": message(command)}, may_fail=True)
            thread = events[0]["thread"]["id"]
            for item in done(events):
                if item["type"] == "structured_input":
                    answers = {item["inputs"][0]["id"]: {"values": ["Oslo"]}}
                    form = {"status": "answered", "answers": answers}
                    answer = {"thread_id": thread, "item_id": item["id"], "input": form}
                    events += server.stream("threads.add_structured_input", answer)
                elif item["type"] == "client_tool_call":
                    output = {"thread_id": thread, "result": {"theme": "dark"}}
                    events += server.stream("threads.add_client_tool_output", output)
                elif item["type"] == "widget" and command == "actions":
                    for action in actions(item["widget"]):
                        heard = {"type": action["type"], "payload": action.get("payload")}
                        sender = {"thread_id": thread, "item_id": item["id"], "action": heard}
                        if action["handler"] == "server" and action["streaming"]:
                            events += server.stream("threads.custom_action", sender, may_fail=True)
                        elif action["handler"] == "server":
                            server.value("threads.sync_custom_action", sender)
            seen.update(types(events))
            seen.update(types(server.value("threads.get_by_id", {"thread_id": thread})))
    known = {name for adapter in ("event", "items") for name in types_of(validate.ADAPTERS[adapter].json_schema())}
    missing = known | set(validate.NAMED) | set(validate.TS_COMPONENTS)
    if missing := missing - seen - validate.HIDDEN:
        raise Failure(f"the gallery does not show {sorted(missing)}")
    return len(commands)


def types(value):
    """Every `type` below a value."""
    if isinstance(value, dict):
        if isinstance(value.get("type"), str):
            yield value["type"]
        for below in value.values():
            yield from types(below)
    elif isinstance(value, list):
        for below in value:
            yield from types(below)


def types_of(schema):
    """Every `type` that a schema knows."""
    for definition in schema.get("$defs", {}).values():
        named = definition.get("properties", {}).get("type", {})
        yield from [named["const"]] if "const" in named else named.get("enum", [])


def actions(value):
    """Every action of a widget's controls."""
    if isinstance(value, dict):
        if "handler" in value:
            yield value
        for below in value.values():
            yield from actions(below)
    elif isinstance(value, list):
        for below in value:
            yield from actions(below)


@contextmanager
def running(binary, settings=()):
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "SERVER_PORT": "0",
            "DATABASE_PATH": f"{folder}/chat.db",
            "UPLOADS_DIRECTORY": f"{folder}/uploads",
            "WEATHER_SOURCE": "sample",
            "MODEL": "demo",
            "DEMO_PACE_MS": "0",
            "GALLERY_PACE_MS": "0",
            "LOG_FORMAT": "json",
            **dict(settings),
        }
        log = open(f"{folder}/log", "w+")
        process = subprocess.Popen([binary], env=environment, stderr=log)
        try:
            for _ in range(600):
                log.seek(0)
                listening = re.search(r"listening on (http://[^\"\s]+)", log.read())
                if listening:
                    break
                if process.poll() is not None:
                    log.seek(0)
                    raise Failure(f"the server did not start: {log.read()}")
                time.sleep(0.05)
            else:
                raise Failure("the server does not listen")
            yield Server(listening[1])
        finally:
            process.terminate()
            if process.wait(30) != 0:
                raise Failure(f"the server stopped with {process.returncode}")


def main():
    # A judge that accepts anything would prove nothing.
    validate.test_rejects()
    validate.test_fixtures()
    binary, widgets, gallery_binary = sys.argv[1:]
    try:
        components(widgets)
        commands = gallery(gallery_binary)
        with running(binary) as server:
            if validate.main(["--url", server.base + "/chatkit"]) != 0:
                raise Failure("validate.py is not content")
            every_request(server)
            items = long_conversation(server)
    except Failure as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
        return 1
    print(f"the reference SDK reads everything the server sent; the gallery shows {commands} things, the long conversation has {items} items")
    return 0


if __name__ == "__main__":
    sys.exit(main())
