#!/usr/bin/env python3
"""Judges what the server sends by the models of the reference SDK.

    python judge.py path/to/actix-chatkit

Starts the server on a free port with the demo model, holds a conversation that touches every
request type, and checks that each value parses in the reference's models and that nothing of it is
lost on the way: written again, it is the same JSON. Widgets are free-form in part, so they are
compared by the root's type only.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

from chatkit.types import Attachment, Page, Thread, ThreadItem, ThreadStreamEvent
from pydantic import TypeAdapter

EVENT = TypeAdapter(ThreadStreamEvent)
THREAD = TypeAdapter(Thread)
THREADS = TypeAdapter(Page[Thread])
ITEMS = TypeAdapter(Page[ThreadItem])
ATTACHMENT = TypeAdapter(Attachment)

# A red pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


class Failure(Exception):
    """The server did not do what the protocol says."""


def same(ours, again, path):
    """Compares what the server sent with what the reference makes of it."""
    if isinstance(ours, dict) and isinstance(again, dict):
        if path.endswith(".widget"):
            if ours.get("type") != again.get("type"):
                raise Failure(f"{path}: another root")
            return
        for key in ours.keys() - again.keys():
            raise Failure(f"{path}.{key}: the reference does not know this field")
        for key in again.keys() - ours.keys():
            raise Failure(f"{path}.{key}: the reference writes this field, we do not")
        for key, value in ours.items():
            same(value, again[key], f"{path}.{key}")
    elif isinstance(ours, list) and isinstance(again, list) and len(ours) == len(again):
        for place, (left, right) in enumerate(zip(ours, again)):
            same(left, right, f"{path}[{place}]")
    elif ours != again:
        raise Failure(f"{path}: {ours!r} reads as {again!r}")


def judge(adapter, value, path):
    if "null" in json.dumps(value) and re.search(r"[:\[,]\s*null", json.dumps(value)):
        raise Failure(f"{path}: a null on the wire")
    model = adapter.validate_python(value)
    again = json.loads(adapter.dump_json(model, exclude_none=True))
    same(value, again, path)


class Server:
    def __init__(self, base):
        self.base = base

    def call(self, type_name, params, status=200):
        body = json.dumps({"type": type_name, "params": params}).encode()
        request = urllib.request.Request(self.base + "/chatkit", body, {"content-type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                got, text = response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            got, text = error.code, error.read().decode()
        if got != status:
            raise Failure(f"{type_name}: status {got}, expected {status}: {text}")
        if got >= 400:
            error = json.loads(text)["error"]
            if not (error["code"] and error["message"]):
                raise Failure(f"{type_name}: an error without code or message: {text}")
        return text

    def stream(self, type_name, params):
        text = self.call(type_name, params)
        events = []
        for frame in text.split("\n\n")[:-1]:
            if frame.startswith(":"):
                continue
            if not frame.startswith("data: ") or "\n" in frame:
                raise Failure(f"{type_name}: a frame of another form: {frame!r}")
            event = json.loads(frame.removeprefix("data: "))
            judge(EVENT, event, f"{type_name}[{len(events)}]")
            events.append(event)
        kinds = [event["type"] for event in events]
        if "error" in kinds:
            raise Failure(f"{type_name}: {events[kinds.index('error')]}")
        return events

    def value(self, type_name, params, adapter):
        value = json.loads(self.call(type_name, params))
        judge(adapter, value, type_name)
        return value


def message(text, attachments=()):
    content = [{"type": "input_text", "text": text}]
    return {"content": content, "attachments": list(attachments), "inference_options": {}}


def done(events, kind):
    return [e["item"] for e in events if e["type"] == "thread.item.done" and e["item"]["type"] == kind]


def conversation(server):
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

    announced = {"name": "red.png", "size": len(PNG), "mime_type": "image/png"}
    attachment = server.value("attachments.create", announced, ATTACHMENT)
    descriptor = attachment["upload_descriptor"]
    form = b"--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"red.png\"\r\n\r\n" + PNG + b"\r\n--x--\r\n"
    request = urllib.request.Request(
        descriptor["url"], form, {"content-type": "multipart/form-data; boundary=x"}, method=descriptor["method"]
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        judge(ATTACHMENT, json.load(response), "upload")
    events = server.stream(
        "threads.add_user_message",
        {"thread_id": thread, "input": message("What do you see in this image?", [attachment["id"]])},
    )
    (question,) = done(events, "user_message")
    with urllib.request.urlopen(question["attachments"][0]["preview_url"], timeout=60) as response:
        if not response.headers["content-type"].startswith("image/"):
            raise Failure("the preview is no picture")

    server.stream("threads.retry_after_item", {"thread_id": thread, "item_id": question["id"]})
    loaded = server.value("threads.get_by_id", {"thread_id": thread}, THREAD)
    for order in ("asc", "desc"):
        seen, after = [], None
        while True:
            page = server.value("items.list", {"thread_id": thread, "limit": 2, "order": order, "after": after}, ITEMS)
            seen += [item["id"] for item in page["data"]]
            after = page.get("after")
            if not page["has_more"]:
                break
        expected = [item["id"] for item in loaded["items"]["data"]]
        if seen != (expected if order == "asc" else expected[::-1]):
            raise Failure(f"pages in order {order} differ from the thread")
    server.value("threads.list", {"limit": 1}, THREADS)
    renamed = server.value("threads.update", {"thread_id": thread, "title": "Renamed ✓"}, THREAD)
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


@contextmanager
def running(binary):
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "SERVER_PORT": "0",
            "DATABASE_PATH": f"{folder}/chat.db",
            "UPLOADS_DIRECTORY": f"{folder}/uploads",
            "WEATHER_SOURCE": "sample",
            "MODEL": "demo",
            "DEMO_PACE_MS": "0",
            "LOG_FORMAT": "json",
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
    try:
        with running(sys.argv[1]) as server:
            conversation(server)
    except Failure as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
        return 1
    print("the reference SDK reads everything the server sent")
    return 0


if __name__ == "__main__":
    sys.exit(main())
