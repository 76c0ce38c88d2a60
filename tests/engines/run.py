#!/usr/bin/env python3
"""Holds conversations with real engines behind the server.

    python run.py path/to/actix-chatkit [--only WORD] [--engine NAME] [--first-messages N]

Each scenario starts an engine with the small model and a server of its own. The model says what it likes:
a scenario requires that a turn is answered, goes on, or fails in words, never which words. Prints a table
of scenarios and engines, and what the server logged where one failed; ends with 1 if any did.
"""

import argparse
import sys
import threading
import time

from parts import PNG, ChatKit, Failure, LiteLlm, LlamaCpp, LlamaCppPython, Slowly, wait_until

LONG_TASK = "Write a long story about a ship, its crew and the sea."

# The answer goes on until the window is full.
ENDLESS = 0


class Skipped(Exception):
    """This engine cannot show this."""


def plain_talk(engine, server):
    engine.start()
    server().talk("Say hello.").require_answer("the first message")


def follow_up(engine, server):
    engine.start()
    chat = server()
    thread = chat.talk("Say hello.").require_answer("the first message").thread
    for text in ("And now in French.", "Thank you!"):
        chat.talk(text, thread).require_answer(repr(text))


def title_comes_and_does_not_delay_the_answer(engine, server):
    engine.start()
    turn = server().talk("Tell me about the sea.").require_answer("the first message")
    titled = [at for at, event in enumerate(turn.events) if event.get("thread", {}).get("title")]
    if not titled:
        raise Failure("no title")
    first_word = next(at for at, event in enumerate(turn.events) if event["type"] == "thread.item.added")
    if titled[0] < first_word:
        raise Failure("the one slot served the title first, and the answer waited for it")


def tool_is_called_and_the_thread_goes_on(engine, server):
    if not engine.has_slots:
        raise Skipped("takes no template of ours")
    engine.start(answer_tokens=90, template="tools.jinja")
    chat = server()
    turn = chat.talk("What is the weather in Oslo?").require_answer("the call")
    if not turn.items("widget"):
        raise Failure(f"no card; the answer is {turn.text()[:200]!r}")
    chat.talk("Thank you!", turn.thread).require_answer("the message after the card")


def forced_tool_is_called(engine, server):
    engine.start(answer_tokens=90)
    chosen = {"tool_choice": {"id": "get_weather"}}
    turn = server().talk("What is the weather in Oslo?", inference_options=chosen)
    if not turn.items("widget") and not turn.errors() and not turn.of_type("notice"):
        raise Failure(f"the tool was neither called nor its absence told; the answer is {turn.text()[:200]!r}")


def stop_ends_the_engines_work(engine, server):
    engine.start(answer_tokens=ENDLESS)
    chat = server()
    turn = chat.begin(LONG_TASK).until_words(3)
    thread = turn.thread
    chat.stop(thread)
    turn.finish()
    if turn.errors():
        raise Failure(f"the stopped turn ended with {turn.errors()}")
    require_idle(engine)
    engine.start()
    chat.talk("Say hello.", thread).require_answer("the message after the stop")


def leaving_the_page_ends_the_engines_work(engine, server):
    engine.start(answer_tokens=ENDLESS)
    turn = server().begin(LONG_TASK).until_words(3)
    turn.lines.close()
    require_idle(engine)


def require_idle(engine):
    """The slot is free although the window, to which the answer would have gone on, is far from full."""
    if engine.has_slots:
        wait_until(lambda: not engine.is_working(), "the engine stops to generate")
        if engine.longest_tokens() > 3000:
            raise Failure(f"the engine went on until {engine.longest_tokens()} tokens were in its window")


def full_window_does_not_end_the_thread(engine, server):
    engine.start(context=1024, answer_tokens=30)
    chat = server()
    thread = chat.talk("Say hello.").require_answer("the first message").thread
    for number in range(3):
        chat.talk(f"Remember number {number}: " + "blue sky and " * 70, thread).require_answer(f"long message {number}")
    chat.talk("Say hello again.", thread).require_answer("the message after the window was full")


def too_long_message_does_not_end_the_thread(engine, server):
    engine.start(context=1024, answer_tokens=30)
    chat = server()
    thread = chat.talk("Say hello.").require_answer("the first message").thread
    turn = chat.talk("blue sky and " * 700, thread)
    if not turn.errors() and not turn.text():
        raise Failure("neither an error nor an answer to a message longer than the window")
    chat.talk("Say hello again.", thread).require_answer("the message after it")


def roles_by_turns(engine, server, template):
    if not engine.has_slots:
        raise Skipped("takes no template of ours")
    engine.start(template=template)
    chat = server()
    thread = chat.talk("Say hello.").require_answer("the first message").thread
    chat.talk("Why?", thread, quoted_text="hello").require_answer("a message with a quotation")
    turn = chat.begin("Tell me a story.", thread).until_words(2)
    chat.stop(thread)
    turn.finish()
    chat.talk("Another one, please.", thread).require_answer("the message after a stop")
    engine.kill()
    if not chat.talk("Are you there?", thread).errors():
        raise Failure("no error without an engine")
    engine.start(template=template)
    chat.talk("Are you there now?", thread).require_answer("the message after one that failed")


def gemma_wants_roles_by_turns(engine, server):
    roles_by_turns(engine, server, "gemma.jinja")


def mistral_wants_roles_by_turns(engine, server):
    roles_by_turns(engine, server, "mistral.jinja")


def picture_on_a_text_only_model(engine, server):
    engine.start()
    chat = server()
    turn = chat.talk("What is this?", attachments=[chat.upload("red.png", "image/png", PNG)])
    if not turn.errors() and not turn.text():
        raise Failure("neither an error nor an answer to the picture")
    chat.talk("Never mind. Say hello.", turn.thread).require_answer("the message after the picture")


def loading_engine_is_waited_for(engine, server):
    chat = server()
    engine.start(wait=False)
    wait_until(engine.is_loading, "the engine tells that it is loading")
    with Slowly(engine.program.process):
        begun = time.monotonic()
        turn = chat.begin("Say hello.")
        reading = threading.Thread(target=turn.finish)
        reading.start()
        wait_until(lambda: engine.is_loaded() or not reading.is_alive(), "the engine is loaded")
        loaded_after = time.monotonic() - begun
    reading.join()
    turn.require_answer(f"a message to an engine that was watched loading for {loaded_after:.0f} s")
    if loaded_after < 5:
        raise Skipped(f"the engine was loaded after {loaded_after:.0f} s, which shows little")


def engine_is_killed_and_comes_back(engine, server):
    engine.start(answer_tokens=ENDLESS)
    chat = server()
    turn = chat.begin(LONG_TASK).until_words(3)
    engine.kill()
    turn.finish()
    if not turn.errors() and not turn.text():
        raise Failure("the killed engine left neither an error nor its text")
    if not turn.errors():
        raise Failure("the answer that broke off passes for a whole one")
    engine.start()
    chat.talk("Say hello.", turn.thread).require_answer("the message to the new engine")


def two_threads_share_one_slot(engine, server):
    engine.start()
    chat = server()
    turns = [chat.begin("Say hello."), chat.begin("Say good night.")]
    readers = [threading.Thread(target=turn.finish) for turn in turns]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    for turn in turns:
        turn.require_answer("one of two threads")


SCENARIOS = [
    plain_talk,
    follow_up,
    title_comes_and_does_not_delay_the_answer,
    tool_is_called_and_the_thread_goes_on,
    forced_tool_is_called,
    stop_ends_the_engines_work,
    leaving_the_page_ends_the_engines_work,
    full_window_does_not_end_the_thread,
    too_long_message_does_not_end_the_thread,
    gemma_wants_roles_by_turns,
    mistral_wants_roles_by_turns,
    picture_on_a_text_only_model,
    loading_engine_is_waited_for,
    engine_is_killed_and_comes_back,
    two_threads_share_one_slot,
]


def play(scenario, engine, binary):
    """The outcome of one scenario, in a few words, and what the server complained of."""
    servers = []

    def server():
        servers.append(ChatKit(binary, engine.base))
        return servers[-1]

    try:
        scenario(engine, server)
    except Skipped as reason:
        return f"skipped: {reason}", []
    except (Failure, OSError, StopIteration) as failure:
        return f"FAILED: {failure or type(failure).__name__}", [line for one in servers for line in one.complaints()]
    finally:
        for one in servers:
            one.close()
        engine.stop()
    return "ok", []


def first_messages(engine, binary, number):
    """How many of so many first messages fail, each in a thread of its own."""
    engine.start(answer_tokens=12)
    chat = ChatKit(binary, engine.base)
    failed = 0
    try:
        for at in range(number):
            failed += bool(chat.talk(f"Say hello to number {at}.").faults())
    finally:
        chat.close()
        engine.stop()
    return failed


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("binary")
    arguments.add_argument("--only", default="", help="play the scenarios with this word in their name")
    arguments.add_argument("--engine", default="", help="use only this engine")
    arguments.add_argument("--first-messages", type=int, default=0, help="count how many of so many fail")
    settings = arguments.parse_args()
    rows = []
    for kind in (LlamaCpp, LlamaCppPython, LiteLlm):
        if settings.engine.lower() not in kind.name.lower():
            continue
        if missing := kind.missing():
            rows.append(("every scenario", kind.name, f"skipped: {missing}"))
            continue
        engine = kind()
        try:
            for scenario in SCENARIOS:
                if settings.only in scenario.__name__:
                    begun = time.monotonic()
                    outcome, complaints = play(scenario, engine, settings.binary)
                    rows.append((scenario.__name__, kind.name, outcome))
                    print(f"{kind.name}: {scenario.__name__}: {outcome} ({time.monotonic() - begun:.0f} s)", flush=True)
                    for complaint in complaints:
                        print(f"    the server logged {complaint}", flush=True)
            if settings.first_messages:
                failed = first_messages(engine, settings.binary, settings.first_messages)
                outcome = f"{'FAILED' if failed else 'ok'}: {failed} of {settings.first_messages} failed"
                rows.append(("first_messages", kind.name, outcome))
        finally:
            engine.close()
    print()
    for name, kind, outcome in rows:
        print(f"{name.replace('_', ' '):<48} {kind:<18} {outcome[:160]}")
    return int(any(outcome.startswith("FAILED") for *_, outcome in rows))


if __name__ == "__main__":
    sys.exit(main())
