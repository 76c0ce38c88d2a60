#!/usr/bin/env python3
"""Check ChatKit responses against the models of the reference SDK, strictly.

    pip install -r requirements.txt pytest

    python validate.py recording.sse                 # kind is guessed
    curl -sN ... | python validate.py -              # from stdin
    python validate.py body.json --kind thread
    python validate.py --url http://localhost:8000/chatkit            # built-in script
    python validate.py --url http://localhost:8000/chatkit --script my.json
    python validate.py --fixtures ../fixtures/protocol         # check the golden fixtures
    pytest validate.py                               # the same, plus self tests

Kinds: sse, event, thread, threads, items, attachment, transcription, sync,
empty, error, request.

What is checked
  * the reference model accepts the value;
  * writing the model again (no nulls, metadata of attachments left out) gives
    the same JSON: so unknown fields, nulls, missing always-present fields and
    wrong timestamp or URL forms are all reported, with their path;
  * inside widgets every node is checked against the named component of its
    type; props known only to the TypeScript side are notes, missing action
    defaults are notes, everything else unknown is an error;
  * for a whole stream: framing and the order rules of PROTOCOL.md.

Exit code: 0 no error, 1 errors, 2 could not run.  Notes never fail.

A script for --url is a JSON list of steps:
    {"request": {...}, "status": 200, "kind": "sse", "save": {"thread": "events.0.thread.id"}}
"{{name}}" in later requests is replaced by a saved value.  kind and status
default to what the request type answers.
"""
from __future__ import annotations

import argparse
import json
import re
import sys
import typing
import urllib.error
import urllib.request
import warnings
from pathlib import Path
from typing import Any

warnings.filterwarnings("ignore")
try:
    import chatkit.widgets as W
    from chatkit.types import (
        Attachment,
        ChatKitReq,
        Page,
        SyncCustomActionResponse,
        Thread,
        ThreadItem,
        ThreadStreamEvent,
        TranscriptionResult,
    )
    from pydantic import TypeAdapter, ValidationError
except ImportError as exc:  # pragma: no cover
    print(f"install openai-chatkit==1.6.5 first ({exc})", file=sys.stderr)
    raise SystemExit(2)

STREAMING = {
    "threads.create",
    "threads.add_user_message",
    "threads.add_client_tool_output",
    "threads.add_structured_input",
    "threads.retry_after_item",
    "threads.custom_action",
}
KIND_OF_REQUEST = {
    **{t: "sse" for t in STREAMING},
    "threads.get_by_id": "thread",
    "threads.update": "thread",
    "threads.list": "threads",
    "items.list": "items",
    "items.feedback": "empty",
    "threads.delete": "empty",
    "attachments.delete": "empty",
    "attachments.create": "attachment",
    "input.transcribe": "transcription",
    "threads.sync_custom_action": "sync",
}
ADAPTERS: dict[str, TypeAdapter] = {
    "event": TypeAdapter(ThreadStreamEvent),
    "thread": TypeAdapter(Thread),
    "threads": TypeAdapter(Page[Thread]),
    "items": TypeAdapter(Page[ThreadItem]),
    "attachment": TypeAdapter(Attachment),
    "transcription": TypeAdapter(TranscriptionResult),
    "sync": TypeAdapter(SyncCustomActionResponse),
    "request": TypeAdapter(ChatKitReq),
}
HIDDEN = {"hidden_context_item", "sdk_hidden_context"}


class Report:
    def __init__(self) -> None:
        self.errors: list[str] = []
        self.notes: list[str] = []

    def error(self, path: str, text: str) -> None:
        self.errors.append(f"{path}: {text}")

    def note(self, path: str, text: str) -> None:
        self.notes.append(f"{path}: {text}")

    @property
    def ok(self) -> bool:
        return not self.errors


# ------------------------------------------------------------------------- widgets
def _named() -> dict[str, type]:
    found: dict[str, type] = {}

    def walk(t: Any) -> None:
        for a in typing.get_args(t):
            if isinstance(a, type) and issubclass(a, W.WidgetComponentBase):
                found[a.model_fields["type"].default] = a
            else:
                walk(a)

    walk(W.StrictWidgetComponent)
    walk(W.StrictWidgetRoot)
    found["ListViewItem"] = W.ListViewItem
    found.pop("Basic", None)
    return found


NAMED = _named()
ROOTS = {"Card", "ListView", "Basic"}
# props and components that exist only in the TypeScript declarations
TS_PROPS = {("Card", "border")}
TS_COMPONENTS = {
    "Table": {"key", "id", "type", "children"},
    "Table.Row": {"key", "id", "type", "children", "header"},
    "Table.Cell": {
        "key", "id", "type", "children", "width", "padding", "colSpan", "rowSpan", "align", "vAlign", "colSize",
    },
}
BASIC_PROPS = {"type", "key", "id", "children", "theme", "direction", "gap", "padding", "align", "justify"}


def check_widget(node: Any, path: str, rep: Report, *, root: bool = True, parent: str | None = None) -> None:
    if not isinstance(node, dict) or not isinstance(node.get("type"), str):
        rep.error(path, "a widget node must be an object with a string type")
        return
    t = node["type"]
    if root and t not in ROOTS:
        rep.error(path, f"root type must be one of {sorted(ROOTS)}, not {t!r}")
    if not root and t in ("Card", "ListView") and parent != "Basic":
        rep.note(path, f"{t} nested in {parent}; roots nest only in Basic")
    if (t == "ListViewItem") != (parent == "ListView"):
        rep.error(path, "ListViewItem and ListView go together only")
    for k, v in node.items():
        if v is None:
            rep.error(f"{path}.{k}", "null inside a widget (the reference drops it)")
    if t in NAMED:
        cls = NAMED[t]
        extra = set(node) - set(cls.model_fields)
        for k in sorted(extra):
            if (t, k) in TS_PROPS:
                rep.note(f"{path}.{k}", f"{t}.{k} is known only to the TypeScript side")
            else:
                rep.error(f"{path}.{k}", f"unknown prop of {t}")
        known = {k: v for k, v in node.items() if k not in extra}
        probe = dict(known)
        if "children" in probe and probe["children"] is not None:
            # children are checked one by one below
            probe["children"] = [] if isinstance(probe["children"], list) else {"type": "Spacer"}
        try:
            model = cls.model_validate_json(json.dumps(probe))
        except ValidationError as exc:
            for e in exc.errors():
                rep.error(f"{path}.{'.'.join(map(str, e['loc']))}", e["msg"])
        else:
            again = json.loads(model.model_dump_json(exclude_none=True, by_alias=True))
            probe.pop("children", None)
            again.pop("children", None)
            compare(probe, again, path, rep, in_widget=True)
    elif t in TS_COMPONENTS:
        rep.note(path, f"{t} is known only to the TypeScript side")
        for k in sorted(set(node) - TS_COMPONENTS[t]):
            rep.error(f"{path}.{k}", f"unknown prop of {t}")
    elif t == "Basic":
        for k in sorted(set(node) - BASIC_PROPS):
            rep.note(f"{path}.{k}", "Basic takes any prop in the reference, but TypeScript does not list it")
    else:
        rep.error(f"{path}.type", f"unknown component {t!r}")
    kids = node.get("children")
    if isinstance(kids, list):
        if t == "Transition":
            rep.error(f"{path}.children", "Transition takes one child, not a list")
        for i, kid in enumerate(kids):
            check_widget(kid, f"{path}.children[{i}]", rep, root=False, parent=t)
    elif isinstance(kids, dict):
        if t not in ("Transition", "Basic"):
            rep.error(f"{path}.children", f"{t} takes a list of children")
        check_widget(kids, f"{path}.children", rep, root=False, parent=t)


def find_widgets(value: Any, path: str):
    """(path, node, is_root) of every widget in an event or item."""
    if isinstance(value, dict):
        if value.get("type") in ("widget", "widget.root.updated") and "widget" in value:
            yield f"{path}.widget", value["widget"], True
        elif value.get("type") == "widget.component.updated" and "component" in value:
            yield f"{path}.component", value["component"], False
        else:
            for k, v in value.items():
                yield from find_widgets(v, f"{path}.{k}")
    elif isinstance(value, list):
        for i, v in enumerate(value):
            yield from find_widgets(v, f"{path}[{i}]")


# --------------------------------------------------------------------- round trips
def compare(got: Any, again: Any, path: str, rep: Report, in_widget: bool = False) -> None:
    if isinstance(got, dict) and isinstance(again, dict):
        for k, v in got.items():
            if k not in again:
                rep.error(f"{path}.{k}", "null must be left out" if v is None else "unknown field")
            else:
                compare(v, again[k], f"{path}.{k}", rep, in_widget)
        for k, v in again.items():
            if k not in got:
                where = rep.note if in_widget else rep.error
                where(f"{path}.{k}", f"missing; the reference writes {json.dumps(v)[:60]}")
        return
    if isinstance(got, list) and isinstance(again, list) and len(got) == len(again):
        for i, (a, b) in enumerate(zip(got, again)):
            compare(a, b, f"{path}[{i}]", rep, in_widget)
        return
    same = got == again and (isinstance(got, bool) == isinstance(again, bool))
    if not same:
        where = rep.note if in_widget and isinstance(got, str) and isinstance(again, str) else rep.error
        where(path, f"is {json.dumps(got, ensure_ascii=False)[:80]}, the reference writes {json.dumps(again, ensure_ascii=False)[:80]}")


def strip_widgets(value: Any) -> Any:
    """The same value with each widget replaced by an empty one."""
    if isinstance(value, dict):
        if value.get("type") in ("widget", "widget.root.updated") and isinstance(value.get("widget"), dict):
            return {**{k: strip_widgets(v) for k, v in value.items() if k != "widget"}, "widget": {"type": "Card", "children": []}}
        if value.get("type") == "widget.component.updated" and isinstance(value.get("component"), dict):
            return {**{k: strip_widgets(v) for k, v in value.items() if k != "component"}, "component": {"type": "Spacer"}}
        return {k: strip_widgets(v) for k, v in value.items()}
    if isinstance(value, list):
        return [strip_widgets(v) for v in value]
    return value


def check_value(kind: str, value: Any, path: str, rep: Report) -> None:
    if kind == "empty":
        if value != {}:
            rep.error(path, "must be {}")
        return
    if kind == "error":
        if not (isinstance(value, dict) and "error" in value):
            rep.error(path, "an error body must be an object with an error key")
        return
    adapter = ADAPTERS[kind]
    plain = strip_widgets(value)
    try:
        model = adapter.validate_json(json.dumps(plain))
    except ValidationError as exc:
        for e in exc.errors():
            rep.error(f"{path}.{'.'.join(map(str, e['loc']))}", f"{e['msg']} (got {json.dumps(e.get('input'), default=str)[:60]})")
        return
    if kind != "request":
        again = json.loads(
            adapter.dump_json(model, by_alias=True, exclude_none=True, context={"exclude_metadata": True})
        )
        compare(plain, again, path, rep)
    for wpath, node, is_root in find_widgets(value, path):
        check_widget(node, wpath, rep, root=is_root, parent="ListView" if not is_root and isinstance(node, dict) and node.get("type") == "ListViewItem" else None)
    if kind in ("thread", "items", "event"):
        for hpath in find_hidden(value, path):
            rep.error(hpath, "a hidden item must never be sent")


def find_hidden(value: Any, path: str):
    if isinstance(value, dict):
        if value.get("type") in HIDDEN:
            yield path
        else:
            for k, v in value.items():
                yield from find_hidden(v, f"{path}.{k}")
    elif isinstance(value, list):
        for i, v in enumerate(value):
            yield from find_hidden(v, f"{path}[{i}]")


# ------------------------------------------------------------------------- streams
def parse_sse(text: str, rep: Report) -> list[Any]:
    """One JSON value per `data:` line; comment lines (keep-alive) are allowed."""
    events = []
    text = text.replace("\r\n", "\n")
    if text and not text.endswith("\n\n"):
        rep.error("stream", "does not end with an empty line (cut off?)")
    for n, block in enumerate(b for b in text.split("\n\n") if b.strip("\n")):
        data = []
        for line in block.strip("\n").split("\n"):
            if line.startswith("data:"):
                data.append(line[5:].removeprefix(" "))
            elif line.startswith(":"):
                rep.note(f"frame {n}", "comment line")
            else:
                rep.error(f"frame {n}", f"line is not data: {line[:60]!r}")
        if not data:
            continue
        if len(data) > 1:
            rep.error(f"frame {n}", "one data line per event")
        try:
            events.append(json.loads("\n".join(data)))
        except ValueError as exc:
            rep.error(f"frame {n}", f"not JSON: {exc}")
    return events


def check_stream(events: list[Any], rep: Report, request: dict | None = None, complete: bool = True) -> None:
    """Order rules.  `complete` is false for a stream that was cut by the client."""
    for i, ev in enumerate(events):
        check_value("event", ev, f"events[{i}]", rep)
    if not rep.ok:
        return
    rtype = (request or {}).get("type")
    kinds = [e["type"] for e in events]
    for i, k in enumerate(kinds):
        if k == "thread.created" and (i != 0 or (rtype and rtype != "threads.create")):
            rep.error(f"events[{i}]", "thread.created only as the first event of threads.create")
    if rtype == "threads.create" and kinds[:1] != ["thread.created"]:
        rep.error("events", "threads.create must start with thread.created")
    if rtype in ("threads.create", "threads.add_user_message"):
        at = 1 if rtype == "threads.create" else 0
        if len(kinds) <= at or kinds[at] != "thread.item.done" or events[at]["item"]["type"] != "user_message":
            rep.error(f"events[{at}]", "the user message's thread.item.done must come here")
        elif len(kinds) <= at + 1 or kinds[at + 1] != "stream_options":
            rep.error(f"events[{at + 1}]", "stream_options must follow the user message")
    elif rtype in STREAMING and kinds[:1] not in (["stream_options"], ["error"]):
        rep.error("events[0]", "stream_options must be first")
    if rtype == "threads.add_structured_input" and kinds[1:2] != ["thread.item.replaced"]:
        rep.error("events[1]", "thread.item.replaced of the answered item must follow stream_options")

    thread_id = None
    open_items: dict[str, dict] = {}
    for i, ev in enumerate(events):
        where = f"events[{i}]"
        if ev["type"] in ("thread.created", "thread.updated"):
            if ev["thread"]["items"] != {"data": [], "has_more": False}:
                rep.note(where, "items of a thread event are an empty page at the reference")
            thread_id = thread_id or ev["thread"]["id"]
            if ev["thread"]["id"] != thread_id:
                rep.error(where, "thread id changed inside the stream")
        it = ev.get("item")
        if it is not None:
            thread_id = thread_id or it["thread_id"]
            if it["thread_id"] != thread_id:
                rep.error(where, "item of another thread")
        if ev["type"] == "thread.item.added":
            if it["id"] in open_items:
                rep.error(where, f"item {it['id']} added twice")
            open_items[it["id"]] = json.loads(json.dumps(it))
        elif ev["type"] in ("thread.item.done", "thread.item.replaced"):
            before = open_items.pop(it["id"], None)
            if before and before["type"] == it["type"] == "assistant_message":
                streamed = "".join(p["text"] for p in before["content"])
                final = "".join(p["text"] for p in it["content"])
                if streamed and streamed != final:
                    rep.error(where, f"streamed text {streamed[:40]!r} is not the final text {final[:40]!r}")
        elif ev["type"] == "thread.item.removed":
            open_items.pop(ev["item_id"], None)
        elif ev["type"] == "thread.item.updated":
            target = open_items.get(ev["item_id"])
            u = ev["update"]
            if target is None:
                if u["type"].startswith(("assistant_message.", "workflow.", "generated_image.")):
                    rep.error(where, f"update of {ev['item_id']}, which is not being streamed")
                continue
            apply_update(target, u, where, rep)
    if complete and "error" not in kinds:
        for ident, it in open_items.items():
            if it["type"] != "workflow":
                rep.error("events", f"item {ident} ({it['type']}) was added but never finished")


def apply_update(target: dict, u: dict, where: str, rep: Report) -> None:
    kind = u["type"].split(".")[0]
    want = {"assistant_message": "assistant_message", "workflow": "workflow", "widget": "widget", "generated_image": "generated_image"}
    if target["type"] != want.get(kind):
        rep.error(where, f"{u['type']} on an item of type {target['type']}")
        return
    if kind == "assistant_message":
        parts = target["content"]
        ix = u["content_index"]
        if ix < 0 or ix > len(parts):
            rep.error(where, f"content_index {ix} leaves a hole (parts so far: {len(parts)})")
        while len(parts) <= ix:
            parts.append({"text": "", "annotations": []})
        if u["type"].endswith("text_delta"):
            parts[ix]["text"] += u["delta"]
        elif u["type"].endswith("annotation_added"):
            if u["annotation_index"] != len(parts[ix]["annotations"]):
                rep.error(where, "annotation_index must count up from 0")
            parts[ix]["annotations"].append(u["annotation"])
        else:
            parts[ix] = json.loads(json.dumps(u["content"]))
    elif kind == "workflow":
        tasks = target["workflow"]["tasks"]
        if u["type"].endswith("added"):
            if u["task_index"] != len(tasks):
                rep.error(where, f"task_index should be {len(tasks)}")
            tasks.append(u["task"])
        elif not 0 <= u["task_index"] < len(tasks):
            rep.error(where, f"no task {u['task_index']}")
        else:
            tasks[u["task_index"]] = u["task"]
    elif u["type"] == "widget.root.updated":
        target["widget"] = u["widget"]
    elif u["type"] == "widget.streaming_text.value_delta":
        if not has_id(target["widget"], u["component_id"]):
            rep.error(where, f"no component with id {u['component_id']!r} in the widget")


def has_id(node: Any, ident: str) -> bool:
    if isinstance(node, dict):
        return node.get("id") == ident or has_id(node.get("children"), ident)
    if isinstance(node, list):
        return any(has_id(n, ident) for n in node)
    return False


# ---------------------------------------------------------------------- live server
BUILT_IN_SCRIPT = [
    {"request": {"type": "threads.list", "params": {}}},
    {
        "request": {
            "type": "threads.create",
            "params": {"input": {"content": [{"type": "input_text", "text": "Hello"}], "attachments": [], "inference_options": {}}},
        },
        "save": {"thread": "events.0.thread.id", "user_item": "events.1.item.id"},
    },
    {
        "request": {
            "type": "threads.add_user_message",
            "params": {
                "thread_id": "{{thread}}",
                "input": {"content": [{"type": "input_text", "text": "And again"}], "attachments": [], "inference_options": {}},
            },
        }
    },
    {"request": {"type": "threads.get_by_id", "params": {"thread_id": "{{thread}}"}}},
    {"request": {"type": "items.list", "params": {"thread_id": "{{thread}}", "order": "asc", "limit": 2}}},
    {"request": {"type": "items.feedback", "params": {"thread_id": "{{thread}}", "item_ids": ["{{user_item}}"], "kind": "positive"}}},
    {"request": {"type": "threads.retry_after_item", "params": {"thread_id": "{{thread}}", "item_id": "{{user_item}}"}}},
    {"request": {"type": "threads.update", "params": {"thread_id": "{{thread}}", "title": "Renamed"}}},
    {"request": {"type": "threads.list", "params": {"limit": 1}}},
    {"request": {"type": "threads.delete", "params": {"thread_id": "{{thread}}"}}},
]


def post(url: str, body: bytes, timeout: float = 60) -> tuple[int, str, bytes]:
    r = urllib.request.Request(url, data=body, headers={"content-type": "application/json", "accept": "text/event-stream, application/json"})
    try:
        with urllib.request.urlopen(r, timeout=timeout) as res:
            return res.status, res.headers.get("content-type", ""), res.read()
    except urllib.error.HTTPError as exc:
        return exc.code, exc.headers.get("content-type", ""), exc.read()


def dig(value: Any, path: str) -> Any:
    for p in path.split("."):
        value = value[int(p)] if isinstance(value, list) else value[p]
    return value


def run_script(url: str, steps: list[dict], verbose: bool) -> int:
    saved: dict[str, str] = {}
    bad = 0
    for n, step in enumerate(steps):
        text = json.dumps(step["request"])
        for k, v in saved.items():
            text = text.replace("{{" + k + "}}", v)
        request = json.loads(text)
        rep = Report()
        rtype = request.get("type")
        try:
            status, ctype, body = post(url, text.encode())
        except OSError as exc:
            print(f"step {n} {rtype}: cannot reach the server: {exc}")
            return 2
        want = step.get("status", 200)
        kind = step.get("kind", KIND_OF_REQUEST.get(rtype, "error") if want == 200 else "error")
        if status != want:
            rep.error("http", f"status {status}, want {want}: {body[:120]!r}")
        elif kind == "sse":
            if not ctype.startswith("text/event-stream"):
                rep.error("http", f"content-type {ctype!r}, want text/event-stream")
            events = parse_sse(body.decode("utf-8", "replace"), rep)
            check_stream(events, rep, request)
            value: Any = {"events": events}
        else:
            if not ctype.startswith("application/json"):
                rep.error("http", f"content-type {ctype!r}, want application/json")
            try:
                value = json.loads(body)
            except ValueError as exc:
                rep.error("body", f"not JSON: {exc}")
                value = None
            else:
                check_value(kind, value, "body", rep)
        if rep.ok:
            for name, path in step.get("save", {}).items():
                try:
                    saved[name] = dig(value, path)
                except (KeyError, IndexError, ValueError):
                    rep.error("save", f"nothing at {path}")
        bad += print_report(f"step {n} {rtype}", rep, verbose)
    return 1 if bad else 0


def print_report(title: str, rep: Report, verbose: bool) -> int:
    print(f"{'ok  ' if rep.ok else 'FAIL'} {title}")
    for e in rep.errors:
        print(f"     error  {e}")
    if verbose:
        for e in rep.notes:
            print(f"     note   {e}")
    return 0 if rep.ok else 1


# -------------------------------------------------------------------------- fixtures
# These record behaviours of the reference that the rules above forbid.
KNOWN_ODD = {
    "cancel_pads_content",
    "hidden_items_leak",
    "update_for_unknown_item",
    "widget_chart_null_label",
    "widget_invalid_enum_becomes_dynamic",
    "widget_nulls_dropped",
}
_FILL = {"{{ts}}": "2025-01-02T03:04:05.678901"}


def fixture_report(path: Path) -> Report:
    rep = Report()
    text = path.read_text("utf-8")
    for k, v in _FILL.items():
        text = text.replace(k, v)
    text = re.sub(r"\{\{(\w+)\}\}", r"\1", text)
    f = json.loads(text)
    res = f["response"]
    request = f.get("request") or json.loads(f["raw_request"]) if not f["name"].startswith("malformed") else None
    if res["kind"] == "json":
        check_value(KIND_OF_REQUEST[request["type"]], res["body"], "body", rep)
    elif res["kind"] in ("stream", "cancelled"):
        if f["name"] == "retry_unknown_item":
            return rep
        check_stream(res["events"], rep, request, complete=res["kind"] == "stream")
    return rep


def run_fixtures(folder: Path, verbose: bool) -> int:
    bad = 0
    files = sorted(folder.glob("*.json"))
    for p in files:
        rep = fixture_report(p)
        odd = p.stem in KNOWN_ODD
        if odd and not rep.ok:
            print(f"ok   {p.name} (known oddity, rejected as it should be)")
            continue
        bad += print_report(p.name, rep, verbose)
    print(f"{len(files)} fixtures, {bad} failed")
    return 1 if bad or not files else 0


def guess(text: str) -> str:
    if text.lstrip().startswith(("data:", ":")):
        return "sse"
    v = json.loads(text)
    if v == {}:
        return "empty"
    if isinstance(v, dict):
        if "error" in v and "type" not in v:
            return "error"
        if "params" in v:
            return "request"
        if "data" in v and "has_more" in v:
            first = (v["data"] or [{}])[0]
            return "items" if "thread_id" in first else "threads"
        if "items" in v:
            return "thread"
        if "mime_type" in v:
            return "attachment"
        if "updated_item" in v:
            return "sync"
        if list(v) == ["text"]:
            return "transcription"
    return "event"


def main(argv: list[str] | None = None) -> int:
    ap = argparse.ArgumentParser(description="Strict checks of ChatKit responses.", formatter_class=argparse.RawDescriptionHelpFormatter, epilog=__doc__)
    ap.add_argument("file", nargs="?", help="recorded response, - for stdin")
    ap.add_argument("--kind", default="auto", choices=["auto", "sse", "empty", "error", *ADAPTERS])
    ap.add_argument("--request", help="the request (JSON file) that made an SSE recording")
    ap.add_argument("--cut", action="store_true", help="the recording was cut by the client")
    ap.add_argument("--url")
    ap.add_argument("--script")
    ap.add_argument("--fixtures")
    ap.add_argument("-v", "--verbose", action="store_true", help="print notes too")
    args = ap.parse_args(argv)
    if args.fixtures:
        return run_fixtures(Path(args.fixtures), args.verbose)
    if args.url:
        steps = json.loads(Path(args.script).read_text("utf-8")) if args.script else BUILT_IN_SCRIPT
        return run_script(args.url, steps, args.verbose)
    if not args.file:
        ap.error("give a file, --url or --fixtures")
    text = sys.stdin.read() if args.file == "-" else Path(args.file).read_text("utf-8")
    rep = Report()
    kind = args.kind
    try:
        if kind == "auto":
            kind = guess(text)
        if kind == "sse":
            request = json.loads(Path(args.request).read_text("utf-8")) if args.request else None
            check_stream(parse_sse(text, rep), rep, request, complete=not args.cut)
        else:
            check_value(kind, json.loads(text), "body", rep)
    except ValueError as exc:
        rep.error("body", f"not JSON: {exc}")
    return print_report(f"{args.file} ({kind})", rep, args.verbose)


# ----------------------------------------------------------------------------- pytest
def test_fixtures() -> None:
    folder = Path(__file__).parents[1] / "fixtures" / "protocol"
    for p in sorted(folder.glob("*.json")):
        rep = fixture_report(p)
        assert rep.ok != (p.stem in KNOWN_ODD), (p.name, rep.errors)


def _errors(kind: str, value: Any) -> list[str]:
    rep = Report()
    check_value(kind, value, "v", rep)
    return rep.errors


def test_rejects() -> None:
    ok = {"id": "t", "created_at": "2025-01-02T03:04:05.678901", "status": {"type": "active"}, "metadata": {}, "items": {"data": [], "has_more": False}}
    assert not _errors("thread", ok)
    assert _errors("thread", {**ok, "bogus": 1})
    assert _errors("thread", {**ok, "title": None})
    assert _errors("thread", {k: v for k, v in ok.items() if k != "metadata"})
    assert _errors("thread", {**ok, "created_at": "2025-01-02T03:04:05.678Z"})
    assert not _errors("thread", {**ok, "created_at": "2025-01-02T03:04:05.678000Z"})
    assert _errors("thread", {**ok, "status": {"type": "odd"}})
    assert _errors("event", {"type": "progress_update", "text": "x", "icon": "no-such-icon"})
    w = {"type": "widget", "id": "i", "thread_id": "t", "created_at": "2025-01-02T03:04:05", "widget": {"type": "Card", "children": []}}
    ev = {"type": "thread.item.done", "item": w}
    assert not _errors("event", ev)
    for bad in (
        {"type": "Box", "children": []},
        {"type": "Card", "children": [{"type": "Text"}]},
        {"type": "Card", "children": [{"type": "Text", "value": "x", "size": "9xl"}]},
        {"type": "Card", "children": [{"type": "Text", "value": "x", "bogus": 1}]},
        {"type": "Card", "children": [{"type": "Nope"}]},
        {"type": "ListView", "children": [{"type": "Text", "value": "x"}]},
        {"type": "Card", "children": [], "padding": {"tip": 1}},
        {"type": "Card", "children": [], "background": None},
    ):
        assert _errors("event", {"type": "thread.item.done", "item": {**w, "widget": bad}}), bad


if __name__ == "__main__":
    raise SystemExit(main())
