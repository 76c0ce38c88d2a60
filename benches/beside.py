#!/usr/bin/env python3
"""Measures this version beside an earlier one, turn and turn about, on one machine.

    beside.py OLD_BINARY [--rounds N] [--seconds N] [--only create,weather,realistic,held]

For each kind of work both binaries are started on new databases one after the other, round after round, so that a
machine that is faster at one time than at another favours neither. Model and load tester are those of the new
binary. Prints one table: for each figure the median of each version, the ratio of the medians, and the range of the
ratios of single rounds.
"""

import argparse
import resource
import statistics
import sys
from pathlib import Path

import compare
from compare import Plan, load, model, say, serving

WORK = {
    # kind: (model, arguments of the load tester)
    "create": ("instant", lambda seconds: ["--scenario", "create", "-c", 64, "-d", seconds, "--warm-up", 1]),
    "weather": ("instant", lambda seconds: ["--scenario", "weather", "-c", 64, "-d", seconds, "--warm-up", 1]),
    "realistic": ("realistic", lambda seconds: ["-c", 200, "-d", seconds + 3, "--warm-up", 3, "--ramp", 2.2, "--timeout", 60]),
    "held": ("endless", lambda seconds: ["--scenario", "hold", "-c", 1000, "-d", seconds, "--ramp", seconds / 4]),
}


def figures(kind, run):
    """What is compared of a run: name → value."""
    server = run["server"]
    if kind == "held":
        return {"resident for each held stream, KiB": server["rss_bytes_per_turn_at_once"] / 1024, "failed": run["failed"]}
    return {
        "CPU per turn, ms": server["cpu_ms_per_turn"],
        "first delta, median, ms": run["first_delta_ms"]["p50"],
        "turns a second": run["turns_per_second"],
        "failed turns": run["failed"],
    }


def measure(kinds, binaries, rounds, seconds):
    """figure → version → one value for each round."""
    found = {}
    for kind in kinds:
        model_kind, arguments = WORK[kind]
        with model(model_kind) as base_url:
            for number in range(rounds):
                # The one that goes first in one round goes last in the next.
                order = list(binaries.items()) if number % 2 == 0 else list(reversed(binaries.items()))
                for version, binary in order:
                    say(f"{kind}, round {number + 1} of {rounds}: {version}")
                    with serving("ours", base_url, binary=binary) as (url, pid, _):
                        run = load(url, pid, *arguments(seconds))
                    if run is None:
                        raise SystemExit(f"{version} failed at {kind}")
                    for figure, value in figures(kind, run).items():
                        found.setdefault((kind, figure), {}).setdefault(version, []).append(value)
    return found


def table(found):
    """The table, as Markdown."""
    lines = ["| work | figure | before | now | now / before | single rounds |", "| --- | --- | ---: | ---: | ---: | --- |"]
    for (kind, figure), values in found.items():
        before, now = statistics.median(values["before"]), statistics.median(values["now"])
        ratios = [b / a for a, b in zip(values["before"], values["now"]) if a]
        ratio = f"{now / before:.3f}" if before else "–"
        spread = f"{min(ratios):.3f}–{max(ratios):.3f}" if ratios else "–"
        lines.append(f"| {kind} | {figure} | {before:.4g} | {now:.4g} | {ratio} | {spread} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("old", type=Path, help="the earlier version's binary")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=Plan(False).seconds)
    parser.add_argument("--only", default=",".join(WORK), help=f"some of {', '.join(WORK)}")
    arguments = parser.parse_args()
    compare.WORK.mkdir(parents=True, exist_ok=True)
    # A held stream is a file on both sides.
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    binaries = {"before": arguments.old.resolve(), "now": compare.BINARY}
    print(table(measure(arguments.only.split(","), binaries, arguments.rounds, arguments.seconds)))


if __name__ == "__main__":
    sys.exit(main())
