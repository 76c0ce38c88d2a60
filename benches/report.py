"""Writes what `compare.py` measured: a document with tables, and its plots as SVG. Standard library only."""

import json
import math
from html import escape
from pathlib import Path

NAMES = {"ours": "actix-chatkit", "null": "null server", "python": "Python", "python-2": "Python, 2 workers", "node": "Node"}
COLOURS = {"ours": "#1d4ed8", "null": "#64748b", "python": "#ca8a04", "python-2": "#a16207", "node": "#15803d"}


def criterion(folder):
    """The medians of the last criterion run, in ns, with what each run handled."""
    rows = []
    for path in sorted(folder.glob("**/new/benchmark.json")):
        benchmark = json.loads(path.read_text())
        estimates = json.loads((path.parent / "estimates.json").read_text())
        rows.append((benchmark["full_id"], estimates["median"]["point_estimate"], benchmark.get("throughput")))
    return rows


def number(value, digits=3):
    """A number with so many digits that mean something."""
    if value is None:
        return "–"
    if value == 0:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{places}f}"


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "| --- " + "| ---: " * (len(heads) - 1) + "|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def of(run, *path):
    """A number deep in a run, or none."""
    for name in path:
        run = (run or {}).get(name)
    return run


# ------------------------------------------------------------------------------------------ plots


def ticks(low, high):
    return [10.0**power for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]


def plot(title, unit, series):
    """Lines over the number of clients, both axes logarithmic."""
    points = [(x, y) for _, line in series for x, y in line]
    if not points:
        return None
    width, height, left, right, top, bottom = 640, 360, 70, 150, 40, 45
    xs = sorted({x for x, _ in points})
    y_ticks = ticks(min(y for _, y in points), max(y for _, y in points))
    y_low, y_high = math.log10(y_ticks[0]), math.log10(max(y_ticks[-1], y_ticks[0] * 10))
    span = math.log10(xs[-1] / xs[0]) or 1
    at_x = lambda x: left + (width - left - right) * math.log10(x / xs[0]) / span
    at_y = lambda y: height - bottom - (height - top - bottom) * (math.log10(y) - y_low) / (y_high - y_low)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="{left}" y="22" font-size="14" font-weight="600">{escape(title + (unit and ", " + unit))}</text>',
    ]
    for tick in y_ticks:
        y = at_y(tick)
        parts.append(f'<line x1="{left}" x2="{width - right}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e2e8f0"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#475569">{tick:,g}</text>')
    for x in xs:
        parts.append(f'<text x="{at_x(x):.1f}" y="{height - bottom + 18}" text-anchor="middle" fill="#475569">{x}</text>')
    parts.append(f'<text x="{(left + width - right) / 2}" y="{height - 8}" text-anchor="middle" fill="#475569">clients</text>')
    labels = []
    for name, line in series:
        if not line:
            continue
        colour = COLOURS.get(name, "#0f172a")
        path = " ".join(f"{at_x(x):.1f},{at_y(y):.1f}" for x, y in line)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{at_x(x):.1f}" cy="{at_y(y):.1f}" r="3" fill="{colour}"/>' for x, y in line]
        labels.append((at_y(line[-1][1]), name, colour))
    y = 0
    for wanted, name, colour in sorted(labels):
        y = max(wanted, y + 15)
        parts.append(f'<text x="{width - right + 10}" y="{y + 4:.1f}" fill="{colour}">{escape(NAMES.get(name, name))}</text>')
    return "\n".join([*parts, "</svg>", ""])


# --------------------------------------------------------------------------------------- document


def over_clients(results, scenario, heading, *path):
    """A table of one number of a scenario: servers down, clients across."""
    servers = results["servers"]
    clients = sorted({int(count) for found in servers.values() for count in found[scenario]})
    rows = [
        [NAMES.get(server, server), *(number(of(found[scenario].get(str(count)), *path)) for count in clients)]
        for server, found in servers.items()
    ]
    return table([heading, *map(str, clients)], rows)


def lines_of(results, scenario, *path):
    series = []
    for server, found in results["servers"].items():
        line = [(int(count), of(run, *path)) for count, run in found[scenario].items()]
        series.append((server, sorted((x, y) for x, y in line if y)))
    return series


def write(results, benches, output):
    plots = output / "performance"
    plots.mkdir(parents=True, exist_ok=True)
    parts = [HEAD]
    if results["quick"]:
        parts.append("**From a short run, which only shows that everything works: the numbers mean little.**")
    machine = results["machine"]
    parts.append(
        f"Measured {results['at']} on {machine['cores']} cores of {machine['cpu']}, {machine['memory_gib']} GiB, Linux "
        f"{machine['kernel']}; the load average before was {machine['load_before']:.2f}. Making 4 KiB durable "
        f"(`fdatasync`) takes {number(machine['fdatasync_ms'])} ms there."
    )
    parts += ["## At a glance", GOALS, table(["what", "goal", "measured", ""], goals(results, benches)).replace("| ---: ", "| --- ")]
    parts.append(table(["server", "versions"], [[name, text] for name, text in results["versions"].items()]).replace("| ---: ", "| --- "))

    numbers = [
        ("turns", "Turns a second", ("turns_per_second",)),
        ("first-delta", "First delta, median, ms", ("first_delta_ms", "p50")),
        ("first-delta-p99", "First delta, 99 %, ms", ("first_delta_ms", "p99")),
        ("cpu", "Server CPU per turn, ms", ("server", "cpu_ms_per_turn")),
        (None, "Failed turns", ("failed",)),
        (None, "CPU of the load tester, %", ("load_tester", "cpu_percent")),
    ]
    for scenario, heading, text in (
        ("create", "A plain turn", PLAIN),
        ("weather", "A weather turn", WEATHER),
    ):
        parts += [f"## {heading}", text]
        for file, name, path in numbers:
            parts.append(over_clients(results, scenario, name, *path))
            image = plot(f"{heading}: {name.rpartition(',')[0] or name}", "ms" if "ms" in name else "", lines_of(results, scenario, *path)) if file else None
            if image:
                (plots / f"{scenario}-{file}.svg").write_text(image)
                parts.append(f"![{name} over the number of clients](performance/{scenario}-{file}.svg)")

    parts += ["## A realistic model", REALISTIC]
    for name, path in (
        ("Turn, median, ms", ("turn_ms", "p50")),
        ("Turn, 99 %, ms", ("turn_ms", "p99")),
        ("First delta, 99 %, ms", ("first_delta_ms", "p99")),
        ("Failed turns", ("failed",)),
        ("Server CPU per turn, ms", ("server", "cpu_ms_per_turn")),
    ):
        parts.append(over_clients(results, "realistic", name.replace("Turn,", "Turn,"), *path))

    parts += ["## Held streams", HELD]
    rows = []
    for server, found in results["servers"].items():
        for streams, run in found["held"].items():
            per_stream = of(run, "server", "rss_bytes_per_turn_at_once")
            rows.append(
                [NAMES.get(server, server), streams, number(of(run, "held")), number(of(run, "failed")),
                 number(per_stream / 1024 if per_stream is not None else None),
                 number(of(run, "server", "cpu_percent")), number(of(run, "first_delta_ms", "p99"))]
            )
    parts.append(table(["server", "streams", "held to the end", "failed", "KiB each", "CPU, %", "first delta 99 %, ms"], rows))

    parts += ["## Long threads", LONG, over_clients(results, "long", "Server CPU per turn, ms; items before", "server", "cpu_ms_per_turn")]
    parts.append(over_clients(results, "long", "Turn, median, ms; items before", "turn_ms", "p50"))

    apart = results["servers"].get("ours", {}).get("long_apart")
    if apart:
        rows = [[items, number(of(run, "server", "cpu_ms_per_turn")), number(of(run, "turn_ms", "p50"))] for items, run in apart.items()]
        parts += [LONG_APART, table(["items before", "server CPU per turn, ms", "turn, median, ms"], rows)]

    parts += ["## Start and idle memory"]
    rows = [
        [NAMES.get(server, server), number(found["start"]["seconds"] * 1e3), number(found["start"]["idle_mib"])]
        for server, found in results["servers"].items()
    ]
    parts.append(table(["server", "start to ready, existing database, ms", "idle, MiB"], rows))

    if results.get("soak"):
        minutes = results["soak"]["minutes"]
        rows = [
            [str(at + 1), number(minute["turns_per_second"]), number(minute["failed"]), number(minute["first_delta_ms"]),
             number(minute["turn_ms_p99"]), number(minute["cpu_ms_per_turn"]), number(minute["rss_mib"]), str(minute["files"])]
            for at, minute in enumerate(minutes)
        ]
        turns = sum(minute["turns"] for minute in minutes)
        parts += ["## A long run", SOAK.format(turns=number(turns), size=number(results["soak"]["database_mib"]))]
        parts.append(table(["minute", "turns/s", "failed", "first delta, ms", "turn 99 %, ms", "CPU/turn, ms", "resident, MiB", "open files"], rows))

    if benches:
        parts += ["## Parts", PARTS, table(["part", "median, µs", "per second"], [part(*bench) for bench in benches])]
    if NOTES.exists():
        parts.append(NOTES.read_text().strip())
    parts += ["## Do it again", COMMANDS]
    (output / "PERFORMANCE.md").write_text("\n\n".join(parts) + "\n")


def goals(results, benches):
    """What is aimed at beside what was measured; a row is left out when one of its parts was not measured."""
    servers, rows = results["servers"], []
    ours, python, null = (servers.get(name, {}) for name in ("ours", "python", "null"))

    def goal(what, aim, value, text, met):
        if value is not None:
            rows.append([what, aim, text.format(number(value)), "met" if met(value) else "not met"])

    def ratio(one, other):
        return one / other if one and other else None

    for scenario, name in (("create", "plain"), ("weather", "weather")):
        at = lambda server, *path: of(server.get(scenario, {}).get("64"), *path)
        cpu, delta = ("server", "cpu_ms_per_turn"), ("first_delta_ms", "p50")
        hundred = lambda value: value >= 100
        goal(f"{name} turn, CPU, beside Python", "1/100", ratio(at(python, *cpu), at(ours, *cpu)), "1/{}", hundred)
        goal(f"{name} turn, rate at 64 clients, beside Python", "100 ×", ratio(at(ours, "turns_per_second"), at(python, "turns_per_second")), "{} ×", hundred)
        goal(f"{name} turn, first delta at 64 clients, beside Python", "1/100", ratio(at(python, *delta), at(ours, *delta)), "1/{}", hundred)
        goal(f"{name} turn, CPU, beside the null server", "2.5 ×", ratio(at(ours, *cpu), at(null, *cpu)), "{} ×", lambda value: value <= 2.5)
    for clients, run in ours.get("realistic", {}).items():
        beside = of(null.get("realistic", {}).get(clients), "server", "cpu_ms_per_turn")
        if run:
            goal(f"{clients} threads, realistic model, CPU, beside the null server", "2.5 ×", ratio(of(run, "server", "cpu_ms_per_turn"), beside), "{} ×", lambda value: value <= 2.5)
        if run and int(clients) >= 500:
            goal(f"{clients} threads, realistic model, failed turns", "0", run["failed"], "{}", lambda value: value == 0)
            goal(f"{clients} threads, realistic model, turn 99 % beyond the ideal", "150 ms", run["turn_ms"]["p99"] - IDEAL_TURN_MS, "{} ms", lambda value: value <= 150)
            goal(f"{clients} threads, realistic model, first delta 99 % beyond the ideal", "50 ms", run["first_delta_ms"]["p99"] - IDEAL_FIRST_DELTA_MS, "{} ms", lambda value: value <= 50)
    for streams, run in ours.get("held", {}).items():
        if run:
            goal(f"{streams} held streams, failed", "0", run["failed"], "{}", lambda value: value == 0)
            per_stream = of(run, "server", "rss_bytes_per_turn_at_once")
            goal(f"{streams} held streams, resident for each", "20 KiB", per_stream and per_stream / 1024, "{} KiB", lambda value: value <= 20)
    start = ours.get("start", {})
    goal("resident when idle", "30 MiB", start.get("idle_mib"), "{} MiB", lambda value: value <= 30)
    goal("start to ready, existing database", "100 ms", start.get("seconds") and start["seconds"] * 1e3, "{} ms", lambda value: value <= 100)
    apart = [of(run, "server", "cpu_ms_per_turn") for run in ours.get("long_apart", {}).values()]
    if len(apart) == 2:
        goal("turn in a thread of 1,000 items beside one of 10, same bytes for the model, CPU", "1.5 ×", ratio(apart[1], apart[0]), "{} ×", lambda value: value <= 1.5)
    medians = {name: nanoseconds for name, nanoseconds, _ in benches}
    goal("64 writers, group commit beside one commit each", "10 ×", ratio(medians.get("64 durable writes/one commit each"), medians.get("64 durable writes/group commit")), "{} ×", lambda value: value >= 10)
    flat = lambda value: value <= 1.5
    for what, group, small, large in (
        ("first page of a thread, 10,000 items beside 10", "page of 10 items/first", 10, 10_000),
        ("last page of a thread, 10,000 items beside 10", "page of 10 items/last", 10, 10_000),
        ("page of threads, 100,000 beside 10", "of so many threads/page of 10", 10, 100_000),
        ("opening a thread, 100,000 beside 10", "of so many threads/one", 10, 100_000),
    ):
        goal(what, "flat", ratio(medians.get(f"{group}/{large}"), medians.get(f"{group}/{small}")), "{} ×", flat)
    minutes = results.get("soak", {}).get("minutes", [])
    if len(minutes) > 2:
        # The first minute fills what may be held.
        goal("long run, resident at its end beside its second minute", "flat", ratio(minutes[-1]["rss_mib"], minutes[1]["rss_mib"]), "{} ×", lambda value: value <= 1.1)
        goal("long run, failed turns", "0", sum(minute["failed"] for minute in minutes), "{}", lambda value: value == 0)
    return rows


def part(name, nanoseconds, throughput):
    kind, amount = next(iter(throughput.items())) if throughput else (None, 1)
    rate = number(amount / nanoseconds * 1e9)
    return [name, number(nanoseconds / 1e3), f"{rate} B" if kind == "Bytes" else rate]


HEAD = """# Performance

Written by `make bench`: the service beside its peers, in one run on one machine. Load tester and stand-in for
the model run on the same cores as the server, so rates say how servers compare, not what each could do alone;
CPU per turn is of the server's processes only.

The peers: **null server** passes the model's frames on and does nothing else (no parsing, no store, no actors), the
practical limit; **Python** is FastAPI, openai-chatkit and agent-framework on one uvicorn worker with SQLite;
**Node** is chatkit-node-backend-sdk and @openai/agents, with threads in memory only, which flatters it. Their sources
are in `benches/peers`."""
# 200 ms to the first of 100 tokens, 20 ms apart.
IDEAL_FIRST_DELTA_MS = 200
IDEAL_TURN_MS = 200 + 99 * 20
NOTES = Path(__file__).parent / "notes.md"
GOALS = "What we aim at, and what this run measured; the sections below have the rest."
SOAK = """Full rate on one process, 64 clients, each turn in a new thread with a title: {turns} turns, after which the
database has {size} MiB."""
LONG_APART = """The same with `RECENT_ITEMS=10`, so that the same bytes go to the model however long the thread is: what is left is
what the length itself costs."""
PLAIN = "A message in a new thread, 40 deltas without delay, and a title; everything stored, each commit durable."
WEATHER = "The same with a call of the weather tool, its result sent to the model, and a widget behind the answer."
REALISTIC = """The model takes 200 ms to the first of 100 tokens, which come 20 ms apart: a turn takes 2.18 s at the least. Columns
are threads that talk at once."""
HELD = "Streams that are all open at once, with two deltas a second each."
LONG = "One client in one thread; the whole thread, or its newest part, goes to the model in every turn."
PARTS = "By criterion (`cargo bench`)."
COMMANDS = """```sh
make bench         # everything but the long run, half an hour; writes this document
make soak          # the long run, a quarter of an hour; adds it to this document
make bench-quick   # a few minutes, to see that it works; writes to target/bench
benches/compare.py --servers ours,null       # only some; then --render writes the document anew
```"""
