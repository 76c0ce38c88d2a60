#!/usr/bin/env python3
"""Runs an unpacked image as a container runtime would, and holds a conversation with it.

    converse.py ROOT DATA INSPECT

ROOT is the image's file system, mounted read-only for the service; DATA becomes its /data; INSPECT is what
`buildah inspect` says of the image: user, environment, entry point and health check are taken from there.
Standard library only.
"""

import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path


class Failure(Exception):
    """The image does not do what it should."""


def require(condition, what):
    if not condition:
        raise Failure(what)


class Container:
    """The service, in a mount namespace of its own, without any capability."""

    def __init__(self, root, data, config, port):
        self.root, self.data, self.config, self.port = root, data, config, port
        self.environment = dict(entry.split("=", 1) for entry in config["Env"]) | {
            "SERVER_PORT": str(port),
            "WEATHER_SOURCE": "sample",
            "DEMO_PACE_MS": "0",
        }

    def command(self, arguments):
        user, group = self.config["User"].split(":")
        # Mounted within a namespace, so that nothing outside changes; `chroot` drops root and with it all
        # capabilities when it changes the user.
        script = f"""
            set -e
            mount --bind {self.root} {self.root}
            mount --bind {self.data} {self.root}/data
            mount -o remount,bind,ro {self.root}
            exec chroot --userspec={user}:{group} --groups= {self.root} "$@"
        """
        return ["unshare", "--mount", "--fork", "--kill-child=SIGTERM", "sh", "-c", script, "sh", *arguments]

    def start(self):
        entry = self.config["Entrypoint"] + (self.config.get("Cmd") or [])
        started = time.monotonic()
        self.process = subprocess.Popen(
            self.command(entry), env=self.environment, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        while not self.healthy_at("/readyz"):
            if self.process.poll() is not None:
                raise Failure(f"the service ended: {self.process.stderr.read()}")
            require(time.monotonic() - started < 30, "the service does not get ready")
            time.sleep(0.001)
        return time.monotonic() - started

    def healthy_at(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=2) as response:
                return response.status == 200
        except OSError:
            return False

    def service_pid(self):
        """The service itself, below `unshare`."""
        name = Path(self.config["Entrypoint"][0]).name
        children = [self.process.pid]
        while children:
            pid = children.pop()
            if Path(f"/proc/{pid}/comm").read_text().strip() == name[:15]:
                return pid
            children += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        raise Failure("the service is not there")

    def health_check(self):
        test = self.config["Healthcheck"]["Test"]
        require(test[0] == "CMD", f"the health check wants a shell: {test}")
        return subprocess.run(self.command(test[1:]), env=self.environment, capture_output=True, text=True, timeout=30)

    def stop(self):
        os.kill(self.service_pid(), getattr(signal, self.config.get("StopSignal") or "SIGTERM"))
        _, log = self.process.communicate(timeout=30)
        require(self.process.returncode == 0, f"it ended with {self.process.returncode}: {log}")
        return log

    def ask(self, type_name, params):
        body = json.dumps({"type": type_name, "params": params}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/chatkit", body)
        with urllib.request.urlopen(request, timeout=30) as response:
            text = response.read().decode()
            if response.headers["content-type"].startswith("text/event-stream"):
                frames = [frame for frame in text.split("\n\n") if frame.startswith("data: ")]
                return [json.loads(frame.removeprefix("data: ")) for frame in frames]
            return json.loads(text)


def message(text, attachments=()):
    content = [{"type": "input_text", "text": text}]
    return {"content": content, "attachments": list(attachments), "inference_options": {}}


def done(events, kind):
    return [e["item"] for e in events if e["type"] == "thread.item.done" and e["item"]["type"] == kind]


# A red pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def converse(container):
    events = container.ask("threads.create", {"input": message("What's the weather like in Tokyo?")})
    thread = events[0]["thread"]["id"]
    require(done(events, "widget") and done(events, "assistant_message"), f"no weather: {events}")
    events = container.ask("threads.add_user_message", {"thread_id": thread, "input": message("What's the current time?")})
    require(done(events, "assistant_message"), f"no time: {events}")
    announced = container.ask("attachments.create", {"name": "red.png", "size": len(PNG), "mime_type": "image/png"})
    descriptor = announced["upload_descriptor"]
    form = b"--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"red.png\"\r\n\r\n" + PNG + b"\r\n--x--\r\n"
    headers = {"content-type": "multipart/form-data; boundary=x"}
    request = urllib.request.Request(descriptor["url"], form, headers, method=descriptor["method"])
    urllib.request.urlopen(request, timeout=30).close()
    question = message("What do you see in this image?", [announced["id"]])
    events = container.ask("threads.add_user_message", {"thread_id": thread, "input": question})
    require("red" in json.dumps(done(events, "assistant_message")).lower(), f"no description: {events}")
    for path in ("/", "/chatkit.js"):
        require(container.healthy_at(path), f"the web interface is not there: {path}")
    return thread


def check(root, data, inspected):
    config = inspected["Docker"]["config"]
    require(config["User"].split(":")[0] not in ("", "0", "root"), "the image runs as root")
    require("/data" in (config.get("Volumes") or {}), "/data is no volume")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    container = Container(root, data, config, port)

    first = container.start()
    pid = container.service_pid()
    status = Path(f"/proc/{pid}/status").read_text()
    uid = status.split("Uid:")[1].split()[0]
    effective = int(status.split("CapEff:")[1].split()[0], 16)
    require(uid == config["User"].split(":")[0] and effective == 0, f"it runs as {uid} with capabilities {effective:x}")
    mounts = Path(f"/proc/{pid}/mountinfo").read_text()
    require(any(line.split()[4] == "/" and "ro" in line.split()[5].split(",") for line in mounts.splitlines()), "its root can be written")
    health = container.health_check()
    require(health.returncode == 0, f"the health check fails: {health.stderr}")
    thread = converse(container)
    log = container.stop()
    require("stopped" in log and "ERROR" not in log, f"it did not stop in order: {log}")
    health = container.health_check()
    require(health.returncode == 1, f"the health check does not see that it is gone: {health.stdout}")

    starts = []
    for _ in range(5):
        starts.append(container.start())
        loaded = container.ask("threads.get_by_id", {"thread_id": thread})
        require(len(loaded["items"]["data"]) >= 6, f"what was said is gone: {loaded}")
        container.stop()
    print("the conversation was held as user", uid, "on a read-only root, and was there after a restart")
    print(f"start to ready: {first * 1e3:.0f} ms with a new database, {statistics.median(starts) * 1e3:.0f} ms with that one")


def main():
    root, data = (os.path.realpath(argument) for argument in sys.argv[1:3])
    try:
        check(root, data, json.loads(Path(sys.argv[3]).read_text()))
    except Failure as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
