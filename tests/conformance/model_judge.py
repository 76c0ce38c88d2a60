#!/usr/bin/env python3
"""Judges what the server sends to language models by the official `openai` package.

    python model_judge.py path/to/actix-chatkit

Holds conversations with the server, which asks a stand-in for OpenAI's API: talk, tools, the city selector,
files, quotes, chosen tools, titles, options, reasoning, refusals, sources, the provider's own tools, and
answers that are cut or fail. They are held over Chat Completions and over the Responses API. The stand-in
refuses a request that the package's types refuse, with the path of the field, and answers with the
package's own models.
"""

import base64
import json
import sys
import tempfile
import time

import judge
import model_stand_in
import model_types
from judge import Failure, done
from model_stand_in import Answer, Call, Item, Refusal, Rejection, StandIn, Text, reasoning, written
from openai.types import responses
from openai.types.chat import chat_completion_message
from openai.types.responses import (
    response_code_interpreter_tool_call,
    response_file_search_tool_call,
    response_function_web_search,
    response_output_item,
    response_output_text,
)

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
MODEL = "gpt-6-astra"


class Talk:
    """A thread with the server, whose model is the stand-in."""

    def __init__(self, server, stand_in, api):
        self.server = server
        self.stand_in = stand_in
        self.api = api
        self.thread = None

    def say(self, text, *answers, fails=False, **more):
        """Says a text, for which the model gives these answers; gives the events and the model's requests."""
        said = {**judge.message(text), **more}
        if self.thread is None:
            return self.send("threads.create", {"input": said}, answers, fails)
        return self.send("threads.add_user_message", {"thread_id": self.thread, "input": said}, answers, fails)

    def send(self, type_name, params, answers, fails=False):
        self.stand_in.answers.extend(answers)
        before = len(self.stand_in.asked)
        try:
            events = self.server.stream(type_name, params, may_fail=True)
        finally:
            if self.stand_in.faults:
                faults = list(self.stand_in.faults)
                self.stand_in.faults.clear()
                raise Failure("\n  ".join(["a request is refused", *faults]))
        errors = [event for event in events if event["type"] == "error"]
        require(bool(errors) == fails, f"{type_name}: {errors or 'no error'}")
        require(not self.stand_in.answers, f"{type_name}: {len(self.stand_in.answers)} answers were not asked for")
        if self.thread is None:
            self.thread = events[0]["thread"]["id"]
        asked = self.stand_in.asked[before:]
        require(all(api == self.api for api, _ in asked), f"the API is not {self.api}")
        return events, [body for _, body in asked]


def require(holds, what):
    if not holds:
        raise Failure(what)


def strings(value):
    """Every text below a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for below in value.values():
            yield from strings(below)
    elif isinstance(value, list):
        for below in value:
            yield from strings(below)


def holds(body, text):
    return any(text in said for said in strings(body))


def said(events):
    """The text of the assistant's messages."""
    return "".join(part["text"] for item in done(events, "assistant_message") for part in item["content"])


def outputs(body):
    """What the tools answered, as (id of the call, text)."""
    for item in body.get("messages") or body["input"]:
        if item.get("role") == "tool":
            yield item["tool_call_id"], item["content"]
        elif item.get("type") == "function_call_output":
            yield item["call_id"], item["output"]


def say_text(text):
    return Answer([Text(text)])


# -------------------------------------------------------------------------------------- conversations


def plain(talk):
    titles = len(talk.stand_in.titles)
    first = "Hello! How can I help? — Grüße ✓ \u2028 <b>"
    events, (first_body,) = talk.say('Hi, "there" \\ 🇳🇴', say_text(first))
    require(said(events) == first, "the answer's text is not what the model said")
    require(holds(first_body, 'Hi, "there" \\ 🇳🇴'), "the user's words did not arrive")
    require(first_body["model"] == MODEL, "another model is asked")
    _, (body,) = talk.say("And now?", say_text("The same."))
    require(holds(body, first) and holds(body, "And now?"), "a follow-up holds what was said")
    # An answer that is quicker than the title's request ends it before it arrives.
    require(len(talk.stand_in.titles) <= titles + 1, "a thread's title is asked for more than once")
    if talk.api == "responses":
        keys = [(asked["prompt_cache_key"], asked["safety_identifier"]) for asked in (first_body, body)]
        require(keys[0] == keys[1], "a thread has one cache and one user")
        require(talk.thread not in keys[0] and "demo_user" not in keys[0], "ids of ours go to the provider as they are")
    titled = talk.server.value("threads.get_by_id", {"thread_id": talk.thread})
    require(titled["title"], "the thread has no title")
    # The answer is made anew.
    (question,) = [item for item in titled["items"]["data"] if item["type"] == "user_message"][-1:]
    talk.send("threads.retry_after_item", {"thread_id": talk.thread, "item_id": question["id"]}, [say_text("Again.")])


def tools(talk):
    calls = [
        Call("call_oslo", "get_weather", '{"location": "Oslo"}'),
        Call("call_lima", "get_weather", '{"location":"Lima"}'),
    ]
    events, (_, body) = talk.say("Weather in Oslo and Lima?", Answer(calls), say_text("Fine in both."))
    require(len(done(events, "widget")) == 2, "two places have two cards")
    answered = dict(outputs(body))
    require("Oslo" in answered.get("call_oslo", "") and "Lima" in answered.get("call_lima", ""), f"outputs: {answered}")
    # Words before a call, a call without arguments, a wrong one, and one of a tool that is not there.
    odd = [
        Text("Let me see."),
        Call("call_time", "get_time", ""),
        Call("call_odd", "get_weather", "{"),
        Call("call_none", "fly", "{}"),
    ]
    events, (_, body) = talk.say("What time is it?", Answer(odd), say_text("Late."))
    require({"call_time", "call_odd", "call_none"} <= dict(outputs(body)).keys(), "each call has an output")
    # An id that is longer than OpenAI allows, as other models make them.
    long = Call("call_" + "x" * 95, "get_time", '{"place": "Tokyo"}')
    talk.say("And in Tokyo?", Answer([long]), say_text("Later."))
    _, (body,) = talk.say("Thanks!", say_text("You are welcome."))
    require(holds(body, "Later."), "the thread goes on after tools")


def cities(talk):
    shown = Answer([Call("call_1", "show_city_selector", "{}")])
    events, _ = talk.say("Which cities are there?", shown, say_text("Choose one."))
    (selector,) = done(events, "widget")
    action = {"type": "city_selected", "payload": {"city_value": "denver", "city_label": "Denver, CO"}}
    params = {"thread_id": talk.thread, "item_id": selector["id"], "action": action}
    weather = Answer([Call("call_2", "get_weather", '{"location": "Denver, CO"}')])
    events, bodies = talk.send("threads.custom_action", params, [weather, say_text("Sunny.")])
    require(holds(bodies[0], "Denver, CO") and done(events, "widget"), "the chosen city is asked for and shown")
    _, (body,) = talk.say("Is that warm?", say_text("Quite."))
    require(holds(body, "Denver, CO"), "the choice is told to the model later")


def files(talk):
    def attached(name, mime_type, data):
        return {"attachments": [judge.upload(talk.server, name, mime_type, data)["id"]]}

    picture, pdf = attached("red.png", "image/png", judge.PNG), attached("a b.pdf", "application/pdf", PDF)
    text = attached("notes.txt", "text/plain", "Zürich\nBern\n".encode())
    _, (body,) = talk.say("What is this?", say_text("Red."), **picture)
    require(any(part.startswith("data:image/") for part in strings(body)), "the picture did not arrive")
    _, (body,) = talk.say("And this?", say_text("A document."), **pdf)
    require(
        any(part.startswith("data:application/pdf;base64,") for part in strings(body)), "the document did not arrive"
    )
    _, (body,) = talk.say("And these?", say_text("Cities."), **text)
    require(holds(body, "Zürich\nBern"), "the text file did not arrive")
    together = {
        "attachments": [
            each["attachments"][0]
            for each in (attached("2.png", "image/png", judge.PNG), attached("b.txt", "text/plain", b"x"))
        ]
    }
    _, (body,) = talk.say("", say_text("All of them."), **together)
    require(sum(part.startswith("data:image/") for part in strings(body)) == 2, "an earlier picture is gone")


def quotes(talk):
    talk.say("Tell me a story.", say_text("Once upon a time there was a fox."))
    _, (body,) = talk.say("What about it?", say_text("It was red."), quoted_text="a fox")
    require(holds(body, "a fox"), "the quote did not arrive")
    tag = {
        "type": "input_tag",
        "id": "t1",
        "text": "Oslo office",
        "data": {"city": "Oslo"},
        "group": "Places",
        "interactive": True,
    }
    parts = [{"type": "input_text", "text": "Weather at "}, tag, {"type": "input_text", "text": "?"}]
    _, (body,) = talk.say("", say_text("Cold."), content=parts)
    require(holds(body, "Oslo office"), "the tag did not arrive")


def chosen_tool(talk):
    options = {"inference_options": {"tool_choice": {"id": "get_weather"}}}
    weather = Answer([Call("call_1", "get_weather", '{"location": "Oslo"}')])
    _, (first, second) = talk.say("Oslo", weather, say_text("Cold."), **options)
    named = (
        {"type": "function", "name": "get_weather"}
        if talk.api == "responses"
        else {"type": "function", "function": {"name": "get_weather"}}
    )
    require(first["tool_choice"] == named, f"the chosen tool is {first.get('tool_choice')}")
    require(second.get("tool_choice") != named, "the model may not answer after the chosen tool")


def refusals(talk):
    refused = "I cannot help with that."
    events, _ = talk.say("Something bad", Answer([Refusal(refused)]))
    require(said(events) == refused, "the refusal is not shown")
    talk.say("Something else", say_text("Gladly."))


def sources(talk):
    text = "Rain, they say."
    page = {"url": "https://example.org/", "title": "Example", "start_index": 0, "end_index": 4}
    if talk.api == "chat":
        cited = chat_completion_message.AnnotationURLCitation(**page)
        annotations = [chat_completion_message.Annotation(type="url_citation", url_citation=cited)]
    else:
        of = response_output_text
        annotations = [
            of.AnnotationURLCitation(type="url_citation", **page),
            of.AnnotationFileCitation(type="file_citation", file_id="f1", filename="report.pdf", index=5),
            of.AnnotationContainerFileCitation(
                type="container_file_citation",
                container_id="c",
                file_id="f2",
                filename="plot.png",
                start_index=1,
                end_index=6,
            ),
            of.AnnotationFilePath(type="file_path", file_id="f3", index=3),
        ]
    events, _ = talk.say("Who says so?", Answer([Text(text, annotations)]))
    shown = [
        annotation["source"]
        for item in done(events, "assistant_message")
        for part in item["content"]
        for annotation in part["annotations"]
    ]
    require(shown and shown[0]["url"] == page["url"], f"the sources are {shown}")
    if talk.api == "responses":
        require(
            [source.get("filename") for source in shown[1:]] == ["report.pdf", "plot.png"], f"the sources are {shown}"
        )
    talk.say("And now?", say_text("Sun."))


def cut_answers(talk):
    events, _ = talk.say("Tell me much", Answer([Text("Once upon")], end="length"), fails=True)
    require(said(events).startswith("Once upon"), "what was said before the limit is lost")
    talk.say("Go on", say_text("a time."))
    talk.say("Something else", Answer([Text("They")], end="content_filter"), fails=True)
    talk.say("Go on", say_text("lived."))
    talk.say("And?", Answer([], end="content_filter"), fails=True)
    talk.say("Go on", say_text("happily."))


# ----------------------------------------------------------------------------- only in the Responses API


def carried(body, item):
    """Whether the item stands in the input as it was given, but for fields that are null."""
    given = [without_nulls(item) for item in body["input"]]
    return without_nulls(json.loads(written(item.model))) in given


def without_nulls(item):
    return {name: value for name, value in item.items() if value is not None}


def thoughts(talk):
    before, after = reasoning(1, "**Looking up**\n\nI need the weather."), reasoning(2, "It is cold.")
    # As servers write what they have not.
    before.model.content = before.model.status = None
    called = Answer([before, Call("call_1", "get_weather", '{"location": "Oslo"}')])
    events, (first, second) = talk.say("Weather in Oslo?", called, Answer([after, Text("Cold.")]))
    require("reasoning.encrypted_content" in first["include"], "encrypted reasoning is not asked for")
    require(carried(second, before), "the reasoning is not given back with the tool's output")
    require(
        any("I need the weather." in text for text in strings(done(events, "workflow"))), "the thoughts are not shown"
    )
    _, (body,) = talk.say("And tomorrow?", say_text("Colder."))
    require(carried(body, before) and carried(body, after), "the reasoning is not given back in the next turn")


def failures(talk):
    for end in ("failed", "error"):
        _, (first, again) = talk.say("Hello", Answer([], end=end), say_text("Hello."))
        require(first == again, "what is asked again is not what was asked")
        talk.say("And?", Answer([Text("I was")], end=end), fails=True)
        talk.say("Go on", say_text("saying."))
    talk.say("Hello", Answer([], end="refused"), fails=True)
    talk.say("Hello again", say_text("Hello."))


def provider_tools(talk):
    """What the provider ran itself goes back as the types have it."""
    of = response_output_item
    search = response_function_web_search
    found = response_file_search_tool_call
    code = response_code_interpreter_tool_call
    items = [
        Item(of.McpListTools(id="mcpl_1", type="mcp_list_tools", server_label="docs", tools=[of.McpListToolsTool(name="find", input_schema={"type": "object"})])),
        Item(responses.ResponseFunctionWebSearch(
            id="ws_1", type="web_search_call", status="completed",
            action=search.ActionSearch(
                type="search", query="rain", queries=["rain"], sources=[search.ActionSearchSource(type="url", url="https://example.org/")]
            ),
        )),
        Item(responses.ResponseFunctionWebSearch(
            id="ws_2", type="web_search_call", status="completed", action=search.ActionFind(type="find_in_page", pattern="x", url="https://example.org/")
        )),
        Item(responses.ResponseFileSearchToolCall(
            id="fs_1", type="file_search_call", status="completed", queries=["rain"],
            results=[found.Result(file_id="f1", filename="report.pdf", score=0.5, text="It rains.", attributes={})],
        )),
        Item(responses.ResponseCodeInterpreterToolCall(
            id="ci_1", type="code_interpreter_call", status="completed", code="print(1)", container_id="c",
            outputs=[code.OutputLogs(type="logs", logs="1\n")],
        )),
        Item(of.McpCall(id="mcp_1", type="mcp_call", status="completed", server_label="docs", name="find", arguments="{}", output="rain", error=None)),
    ]  # fmt: skip
    time_call = Call("call_1", "get_time", '{"place": "Oslo"}')
    # Pictures come back as pictures, if at all.
    encoded = base64.b64encode(judge.PNG).decode()
    drawn = Item(of.ImageGenerationCall(id="ig_1", type="image_generation_call", status="completed", result=encoded))
    _, (_, body) = talk.say("Look everywhere", Answer([*items, drawn, time_call]), say_text("It rains."))
    lost = [item.model.type for item in items if not carried(body, item)]
    require(not lost, f"not given back: {lost}")
    talk.say("Thanks", say_text("You are welcome."))


def learnt(talk):
    """A field that the model refuses is left out, from then on for good."""
    if talk.api == "chat":
        refusal, field = Rejection("Unsupported parameter: 'stream_options'.", "stream_options"), "stream_options"
    else:
        refusal, field = Rejection("Unsupported parameter: 'reasoning.summary'.", "reasoning.summary"), "reasoning"
    _, (first, second) = talk.say("Hello", refusal, say_text("Hello."))
    require(field in first and field not in second, f"{field} is not left out")
    _, (third,) = talk.say("And again", say_text("Hello."))
    require(field not in third, f"{field} is written again")


BOTH = [plain, tools, cities, files, quotes, chosen_tool, refusals, sources, cut_answers, learnt]


def approvals(talk):
    """The user allows a call of a remote tool; the question goes back with the answer."""
    of = response_output_item
    call = {"server_label": "docs", "name": "find", "arguments": '{"query": "rain"}'}
    asked = Item(of.McpApprovalRequest(id="mcpr_1", type="mcp_approval_request", **call))
    events, _ = talk.say("Search the documents", Answer([asked]))
    (card,) = done(events, "widget")
    (allow,) = [action for action in judge.actions(card["widget"]) if action["payload"]["approve"]]
    action = {"type": allow["type"], "payload": allow["payload"]}
    params = {"thread_id": talk.thread, "item_id": card["id"], "action": action}
    ran = Item(of.McpCall(id="mcp_2", type="mcp_call", approval_request_id="mcpr_1", output="rain", error=None, **call))
    _, (body,) = talk.send("threads.custom_action", params, [Answer([ran, Text("It rains.")])])
    require(carried(body, asked), "the question is not given back")
    answers = [item for item in body["input"] if item.get("type") == "mcp_approval_response"]
    require([item["approve"] for item in answers] == [True], f"the user's answers are {answers}")
    _, (body,) = talk.say("Thanks", say_text("You are welcome."))
    require(carried(body, ran), "the call is not given back")


def drawings(talk):
    """A picture that the provider drew is shown, and goes back as a picture."""
    encoded = base64.b64encode(judge.PNG).decode()
    drawn = response_output_item.ImageGenerationCall(
        id="ig_2", type="image_generation_call", status="completed", result=encoded
    )
    events, _ = talk.say("Draw a red dot", Answer([Item(drawn), Text("Here.")]))
    require(done(events, "generated_image"), "the picture is not shown")
    _, (body,) = talk.say("Is it red?", say_text("Yes."))
    require(any(part.startswith("data:image/") for part in strings(body)), "the picture does not go back")


# Before `learnt`, after which the model is spared something.
RESPONSES = [thoughts, provider_tools, approvals, drawings, failures]


def options(talk):
    """The options of the settings are where the API has them."""
    _, (body,) = talk.say("Hello", say_text("Hello."))
    effort = body["reasoning"]["effort"] if talk.api == "responses" else body["reasoning_effort"]
    verbosity = body["text"]["verbosity"] if talk.api == "responses" else body["verbosity"]
    most = body["max_output_tokens" if talk.api == "responses" else "max_completion_tokens"]
    seen = (body["temperature"], body["top_p"], effort, verbosity, most, body["service_tier"], body["metadata"])
    require(seen == (0.25, 0.5, "low", "high", 777, "flex", {"a": "b"}), f"the options are {seen}")
    talk.say("Weather?", Answer([Call("call_1", "get_weather", '{"location": "Oslo"}')]), say_text("Cold."))


OPTIONS = {
    "MODEL_TEMPERATURE": "0.25",
    "MODEL_TOP_P": "0.5",
    "MODEL_REASONING_EFFORT": "low",
    "MODEL_VERBOSITY": "high",
    "MODEL_MAX_OUTPUT_TOKENS": "777",
    "MODEL_SERVICE_TIER": "flex",
    "MODEL_EXTRA_BODY": '{"metadata": {"a": "b"}}',
}


def asking(binary, stand_in, api, settings=()):
    """A server whose model is the stand-in."""
    model = {
        "MODEL": "openai",
        "OPENAI_API_KEY": model_stand_in.KEY,
        "OPENAI_BASE_URL": stand_in.base,
        "OPENAI_MODEL": MODEL,
    }
    return judge.running(binary, {**model, "MODEL_API": api, "MODEL_PDF": "on", **dict(settings)})


def over_a_restart(binary):
    """What a thread holds goes to the model after a restart as before, the reasoning included."""
    thought = reasoning(1, "I need the time.")
    call = Call("call_1", "get_time", '{"place": "Oslo"}')
    for api in ("chat", "responses"):
        with StandIn() as stand_in, tempfile.TemporaryDirectory() as folder:
            kept = {"DATABASE_PATH": f"{folder}/chat.db", "UPLOADS_DIRECTORY": f"{folder}/uploads"}
            with asking(binary, stand_in, api, kept) as server:
                talk = Talk(server, stand_in, api)
                talk.say("Time?", Answer([thought, call]), say_text("Late."))
                _, (before,) = talk.say("And now?", say_text("Later."))
            with asking(binary, stand_in, api, kept) as server:
                talk.server = server
                _, (after,) = talk.say("Still?", say_text("Yes."))
            told = "messages" if api == "chat" else "input"
            require(
                after[told][: len(before[told])] == before[told], f"{api}: after a restart the model is told otherwise"
            )
            require(api == "chat" or carried(after, thought), "the reasoning is lost by a restart")


def late_faults(stand_in, api):
    """What was refused of requests that no conversation waits for, such as those for titles."""
    late = [f"{api}: {fault}" for fault in stand_in.faults]
    stand_in.faults.clear()
    return late


def hold(binary, api, conversations, settings=()):
    """Holds conversations over one API; gives the number of requests to the model and what went wrong."""
    failures = []
    with StandIn() as stand_in:
        with asking(binary, stand_in, api, settings) as server:
            for conversation in conversations:
                try:
                    conversation(Talk(server, stand_in, api))
                except Failure as failure:
                    failures.append(f"{api}, {conversation.__name__}: {failure}")
                except (LookupError, ValueError) as error:
                    failures.append(f"{api}, {conversation.__name__}: something is not there: {error!r}")
                failures += late_faults(stand_in, api)
                stand_in.answers.clear()
        # The server has stopped: what it sent beside the conversations has arrived.
        failures += late_faults(stand_in, api)
        if len(conversations) > 1 and not stand_in.titles:
            failures.append(f"{api}: no title was asked for")
        return len(stand_in.asked) + len(stand_in.titles), failures


def test_refuses_the_server(binary):
    """A field that the types do not know is found in what the server itself sends."""
    for api in ("chat", "responses"):
        _, failed = hold(binary, api, [quotes], {"MODEL_EXTRA_BODY": '{"temprature": 1}'})
        if not failed or any("temprature: Extra inputs are not permitted" not in failure for failure in failed):
            raise AssertionError(f"{api}: a field that is not known was not found: {failed}")


def main():
    model_types.test_refuses()
    model_stand_in.test_is_understood()
    (binary,) = sys.argv[1:]
    test_refuses_the_server(binary)
    began = time.monotonic()
    requests, failures = 0, []
    for api, conversations in (("chat", BOTH), ("responses", RESPONSES + BOTH)):
        for settings, held in (({}, conversations), (OPTIONS, [options])):
            made, failed = hold(binary, api, held, settings)
            requests += made
            failures += failed
    try:
        over_a_restart(binary)
    except Failure as failure:
        failures.append(f"over a restart: {failure}")
    if failures:
        print("\n".join(f"FAILED: {failure}" for failure in failures), file=sys.stderr)
        return 1
    print(f"the openai package accepts all {requests} requests to models ({time.monotonic() - began:.1f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
