"""Writes what `compare.py` measured: a document with tables, and its plots as SVG. Standard library only."""

import json
import math
from html import escape

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
        f'<text x="{left}" y="22" font-size="14" font-weight="600">{escape(title)}, {escape(unit)}</text>',
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
            image = plot(f"{heading}: {name.rpartition(',')[0] or name}", "ms" if "ms" in name else "per second", lines_of(results, scenario, *path)) if file else None
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

    parts += ["## Start and idle memory"]
    rows = [
        [NAMES.get(server, server), number(found["start"]["seconds"] * 1e3), number(found["start"]["idle_mib"])]
        for server, found in results["servers"].items()
    ]
    parts.append(table(["server", "start to ready, existing database, ms", "idle, MiB"], rows))

    if benches:
        parts += ["## Parts", PARTS, table(["part", "median, µs", "per second"], [part(*bench) for bench in benches])]
    parts += ["## Do it again", COMMANDS]
    (output / "PERFORMANCE.md").write_text("\n\n".join(parts) + "\n")


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
PLAIN = "A message in a new thread, 40 deltas without delay, and a title; everything stored, each commit durable."
WEATHER = "The same with a call of the weather tool, its result sent to the model, and a widget behind the answer."
REALISTIC = """The model takes 200 ms to the first of 100 tokens, which come 20 ms apart: a turn takes 2.18 s at the least. Columns
are threads that talk at once."""
HELD = "Streams that are all open at once, with two deltas a second each."
LONG = "One client in one thread; the whole thread, or its newest part, goes to the model in every turn."
PARTS = "By criterion (`cargo bench`)."
COMMANDS = """```sh
make bench         # everything, about an hour on two cores; writes this document
make bench-quick   # a few minutes, to see that it works; writes to target/bench
benches/compare.py --servers ours,null       # only some; then --render writes the document anew
```"""
