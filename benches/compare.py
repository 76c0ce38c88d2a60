#!/usr/bin/env python3
"""Measures the service side by side with its peers, in one run, and writes docs/PERFORMANCE.md.

    compare.py [--quick] [--servers ours,null,python,node] [--output FOLDER] [--render]

Every server gets the same work from the same load tester (`actix-chatkit load`) and the same stand-in for a
model (`actix-chatkit mock-model`), one server at a time, on the same machine. What was measured is kept in
target/bench/results.json; `--render` writes the document anew from there. Standard library only.
"""

import argparse
import datetime
import json
import os
import platform
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import report

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
BINARY = TARGET / "release" / "actix-chatkit"
WORK = TARGET / "bench"

# The models that answer: without delay; like a real one; and one that never comes to an end.
MODELS = {
    "instant": ["--tokens", "40"],
    "realistic": ["--tokens", "100", "--first-token-ms", "200", "--pace-ms", "20"],
    # Titles end at once there, as they do before long everywhere.
    "endless": ["--tokens", "100000", "--title-tokens", "1", "--first-token-ms", "50", "--pace-ms", "500"],
}
PREFILLS = {"full": [5, 500], "quick": [5, 25]}


class Plan:
    """How much is measured."""

    def __init__(self, quick):
        self.quick = quick
        self.repeats = 1 if quick else 3
        self.seconds = 2 if quick else 5
        self.warm_up = 0.5 if quick else 1
        self.clients = [1, 8, 64] if quick else [1, 8, 64, 256]
        self.realistic_clients = [20] if quick else [50, 200, 500, 1000]
        self.realistic_seconds = 6 if quick else 15
        self.held = [50] if quick else [1000, 5000]
        self.held_seconds = 4 if quick else 15
        self.prefills = PREFILLS["quick" if quick else "full"]
        self.soak_minutes = 1 if quick else 15


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def say(text):
    print(text, file=sys.stderr, flush=True)


@contextmanager
def running(command, environment, name, ready_url):
    """A process that is asked until it answers; gives it and the seconds that took."""
    with open(WORK / f"{name}.log", "w") as log:
        started = time.monotonic()
        process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=log, stderr=log, cwd=WORK)
        try:
            while True:
                try:
                    with urllib.request.urlopen(ready_url, timeout=1):
                        break
                except OSError:
                    if process.poll() is not None or time.monotonic() - started > 60:
                        raise RuntimeError(f"{name} did not start; see {WORK / f'{name}.log'}") from None
                    time.sleep(0.002)
            yield process, time.monotonic() - started
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def model(kind):
    port = free_port()
    command = [str(BINARY), "mock-model", "--port", str(port), *MODELS[kind]]
    with running(command, {}, f"model-{kind}", f"http://127.0.0.1:{port}/v1/models"):
        yield f"http://127.0.0.1:{port}/v1"


def command_of(server, port, base_url, folder, binary=BINARY, **more):
    """How a server is started: command and environment; none when it is not installed.

    `binary` is the one that is measured as `ours`.
    """
    peers = ROOT / "benches" / "peers"
    environment = {"OPENAI_BASE_URL": base_url, "PEER_PORT": str(port), "OPENAI_API_KEY": "none"}
    if server == "ours":
        settings = {
            "SERVER_PORT": str(port),
            "OPENAI_BASE_URL": base_url,
            "DATABASE_PATH": str(folder / "chat.db"),
            "UPLOADS_DIRECTORY": str(folder / "uploads"),
            "WEATHER_SOURCE": "sample",
            "RUST_LOG": "warn",
        }
        return [str(binary)], settings | more
    if server == "null":
        binary = TARGET / "release" / "examples" / "null_server"
        return ([str(binary), str(port), base_url], {}) if binary.exists() else None
    if server.startswith("python"):
        python = TARGET / "peers" / "python" / "bin" / "python"
        workers = server.partition("-")[2] or "1"
        environment |= {"PEER_DATABASE": str(folder / "peer.db"), "PEER_WORKERS": workers, "PYTHONPATH": str(peers / "python")}
        return ([str(python), str(peers / "python" / "app.py")], environment) if python.exists() else None
    script = TARGET / "peers" / "node" / "server.js"
    return (["node", str(script)], environment) if script.exists() else None


def is_installed(server):
    if command_of(server, 0, "", WORK) is None:
        say(f"{server}: not installed, left out")
        return False
    return True


@contextmanager
def serving(server, base_url, keep=None, **more):
    """A server on a new database, or on the one in the folder `keep`."""
    folder = keep or WORK / "data"
    if keep is None:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command, environment = command_of(server, port, base_url, folder, **more)
    url = f"http://127.0.0.1:{port}"
    with running(command, environment, server, f"{url}/readyz") as (process, seconds):
        yield f"{url}/chatkit", process.pid, seconds


def load(url, pid, *arguments):
    command = [str(BINARY), "load", url, "--json", "--quiet", "--pid", str(pid), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800)
    if not done.stdout:
        say(f"    {done.stderr.strip()}")
        return None
    return json.loads(done.stdout)


def median_run(runs):
    """The median run, by turns a second; all runs' rates stay with it."""
    runs = sorted((run for run in runs if run), key=lambda run: run["turns_per_second"])
    if not runs:
        return None
    median = runs[len(runs) // 2]
    median["all_turns_per_second"] = [run["turns_per_second"] for run in runs]
    return median


def rss_mib(pid):
    """Resident memory of a process and its children, in MiB."""
    total = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = dict(line.split(":", 1) for line in (entry / "status").read_text().splitlines() if ":" in line)
            except OSError:
                continue
            if str(pid) in (entry.name, status.get("PPid", "").strip()) and "VmRSS" in status:
                total += int(status["VmRSS"].split()[0])
    return total / 1024


class Cell:
    """One number of clients, streams or items in one scenario: what is asked of every server in turn.

    Turn and turn about, so that a machine that is faster at one time than at another favours nobody.
    """

    def __init__(self, section, key, what, model, arguments, repeats=1, only=None, **settings):
        self.section, self.key, self.what, self.model = section, key, what, model
        self.arguments, self.repeats, self.only, self.settings = arguments, repeats, only, settings

    def measure(self, servers, models):
        """The median run of each server."""
        runs = {server: [] for server in servers if self.only in (None, server)}
        for _ in range(self.repeats):
            for server, own in runs.items():
                with serving(server, models[self.model], **self.settings) as (url, pid, _):
                    own.append(load(url, pid, *self.arguments))
        return {server: tell(median_run(own), f"{server}: {self.what}") for server, own in runs.items()}


def cells(plan):
    """All that is measured under load."""
    for scenario in ("create", "weather"):
        for clients in plan.clients:
            arguments = ["--scenario", scenario, "-c", clients, "-d", plan.seconds, "--warm-up", plan.warm_up]
            yield Cell(scenario, clients, f"{scenario}, {clients} clients", "instant", arguments, plan.repeats)
    for clients in plan.realistic_clients:
        # Spread over the time of one turn, as people are.
        arguments = ["-c", clients, "-d", plan.realistic_seconds, "--warm-up", 3, "--ramp", 2.2, "--timeout", 60]
        yield Cell("realistic", clients, f"realistic model, {clients} threads", "realistic", arguments)
    for streams in plan.held:
        seconds = plan.held_seconds
        arguments = ["--scenario", "hold", "-c", streams, "-d", seconds, "--ramp", seconds / 4]
        yield Cell("held", streams, f"{streams} streams held", "endless", arguments)
    for prefill in plan.prefills:
        # Long enough for the clock of CPU time, which ticks a hundred times a second.
        arguments = ["--scenario", "continue", "-c", 1, "--prefill", prefill, "--turns-per-thread", 0, "-d", plan.seconds]
        what = f"thread of {2 * prefill} items"
        yield Cell("long", 2 * prefill, what, "instant", arguments)
        # The same with the same bytes for the model, however long the thread is.
        what += ", 10 of them for the model"
        yield Cell("long_apart", 2 * prefill, what, "instant", arguments, only="ours", RECENT_ITEMS="10")


def measure_start(server, plan, base_url):
    """Start to ready, and what is resident then."""
    keep = WORK / "start"
    shutil.rmtree(keep, ignore_errors=True)
    starts, idle = [], 0
    for _ in range(1 + max(3, plan.repeats)):
        with serving(server, base_url, keep) as (_, pid, seconds):
            starts.append(seconds)
            idle = rss_mib(pid)
    # The first start makes the database.
    return {"seconds": statistics.median(starts[1:]), "first_seconds": starts[0], "idle_mib": idle}


def measure(servers, plan, models, found, keep_results):
    """Everything, cell by cell, into `found`."""
    for server in servers:
        say(f"{server}: start and idle memory")
        found[server] = {"start": measure_start(server, plan, models["instant"])}
    for cell in cells(plan):
        for server, run in cell.measure(servers, models).items():
            found[server].setdefault(cell.section, {})[cell.key] = run
        keep_results()


def soak(plan, base_url):
    """Minutes at full rate on one process: whether memory, files or times grow."""
    minutes = []
    with serving("ours", base_url) as (url, pid, _):
        for minute in range(plan.soak_minutes):
            seconds = 10 if plan.quick else 60
            run = load(url, pid, "-c", 64, "-d", seconds)
            tell(run, f"ours: minute {minute + 1} of {plan.soak_minutes}")
            if run:
                minutes.append(
                    {
                        "turns": run["turns_per_second"] * seconds,
                        "turns_per_second": run["turns_per_second"],
                        "failed": run["failed"],
                        "first_delta_ms": run["first_delta_ms"]["p50"],
                        "turn_ms_p99": run["turn_ms"]["p99"],
                        "cpu_ms_per_turn": run["server"]["cpu_ms_per_turn"],
                        "rss_mib": rss_mib(pid),
                        "files": len(list(Path(f"/proc/{pid}/fd").iterdir())),
                    }
                )
        size = sum(path.stat().st_size for path in (WORK / "data").glob("chat.db*"))
    return {"minutes": minutes, "database_mib": size / (1 << 20)}


def tell(run, what):
    if run:
        cpu = (run.get("server") or {}).get("cpu_ms_per_turn")
        say(
            f"  {what}: {run['turns_per_second']:.1f} turns/s, {run['failed']} failed"
            + (f", {cpu:.3f} ms CPU per turn" if cpu else "")
        )
    return run


def fsync_ms():
    """What making a small write durable costs here, in ms."""
    path = WORK / "fsync"
    times = []
    with open(path, "wb", buffering=0) as file:
        for _ in range(200):
            file.write(b"x" * 4096)
            started = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - started) * 1e3)
    path.unlink()
    return statistics.median(times)


def first_line(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
        return done.stdout.strip().splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "-"


def machine():
    cpu = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), "-")
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / (1 << 20)
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memory_gib": round(memory, 1),
        "kernel": platform.release(),
        "load_before": os.getloadavg()[0],
        "fdatasync_ms": fsync_ms(),
    }


def versions():
    python = TARGET / "peers" / "python" / "bin" / "python"
    listed = subprocess.run([python, "-m", "pip", "list", "--format=json"], capture_output=True, text=True) if python.exists() else None
    packages = {package["name"]: package["version"] for package in json.loads(listed.stdout)} if listed and listed.stdout else {}
    names = ["openai-chatkit", "agent-framework-core", "agent-framework-openai", "agent-framework-chatkit", "fastapi", "uvicorn"]
    node = json.loads((ROOT / "benches/peers/node/package.json").read_text())["dependencies"]
    return {
        "actix-chatkit": f"{first_line(BINARY, '--version')} ({first_line('git', 'rev-parse', '--short', 'HEAD')})",
        "rustc": first_line("rustc", "--version"),
        "python": f"{first_line(python, '--version')}; " + ", ".join(f"{name} {packages[name]}" for name in names if name in packages),
        "node": f"{first_line('node', '--version')}; " + ", ".join(f"{name} {version}" for name, version in node.items()),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a short run that shows that everything works; its numbers mean little")
    parser.add_argument("--servers", default="ours,null,python,node", help="also python-2: with two workers")
    parser.add_argument("--soak", action="store_true", help="instead, a quarter of an hour at full rate, added to what was measured before")
    parser.add_argument("--output", type=Path, help="where PERFORMANCE.md and its plots go [docs; with --quick, target/bench]")
    parser.add_argument("--render", action="store_true", help="only write the document anew")
    arguments = parser.parse_args()
    output = arguments.output or (WORK if arguments.quick else ROOT / "docs")
    results_path = WORK / "results.json"
    if not arguments.render:
        WORK.mkdir(parents=True, exist_ok=True)
        # A held stream is a file on both sides.
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        plan = Plan(arguments.quick)
        if arguments.soak:
            if not results_path.exists():
                parser.error("the long run is added to what was measured before, and nothing was: run `make bench` first")
            results = json.loads(results_path.read_text())
            with model("instant") as instant:
                results["soak"] = soak(plan, instant)
            results_path.write_text(json.dumps(results, indent=1))
            return render(results_path, output)
        results = {
            "at": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
            "quick": arguments.quick,
            "machine": machine(),
            "versions": versions(),
            "servers": {},
        }
        with model("instant") as instant, model("realistic") as realistic, model("endless") as endless:
            models = {"instant": instant, "realistic": realistic, "endless": endless}
            servers = [server for server in arguments.servers.split(",") if is_installed(server)]
            keep_results = lambda: results_path.write_text(json.dumps(results, indent=1))
            measure(servers, plan, models, results["servers"], keep_results)
    render(results_path, output)


def render(results_path, output):
    # JSON knows only names as keys: read back, so that both ways are the same.
    results = json.loads(results_path.read_text())
    report.write(results, report.criterion(TARGET / "criterion"), output)
    say(f"written: {output / 'PERFORMANCE.md'}")


if __name__ == "__main__":
    main()
