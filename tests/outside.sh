#!/usr/bin/env bash
# Builds the README's program as its readers have it, in a crate outside of this workspace, and talks to it.
# No model server is there: the program is the whole of it.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
mkdir "$work/src"
awk '/^```rust/ { inside = 1; next } /^```/ { inside = 0 } inside' README.md > "$work/src/main.rs"
grep -q '8001' "$work/src/main.rs" || { echo 'outside: the README has no program on port 8001'; exit 1; }
sed -i "s/8001/$port/" "$work/src/main.rs"
{
  printf '[package]\nname = "readme-program"\nversion = "0.0.0"\nedition = "2024"\n\n[workspace]\n\n'
  printf '[dependencies]\nactix-chatkit = { path = "%s" }\nactix-web = "4"\nasync-trait = "0.1"\n\n' "$PWD"
  # The same profile and the same versions, so that nothing is compiled twice.
  sed -n '/^\[profile\.dev/,/^$/p' Cargo.toml
} > "$work/Cargo.toml"
cp Cargo.lock "$work/"

target=${CARGO_TARGET_DIR:-$PWD/target}
cargo build --manifest-path "$work/Cargo.toml" --target-dir "$target"

cd "$work"
"$target/debug/readme-program" &
pid=$!
python3 - "http://127.0.0.1:$port/chatkit" <<'PYTHON'
import json, sys, time, urllib.error, urllib.request

TEXT = 'Is anybody there?'
message = {'content': [{'type': 'input_text', 'text': TEXT}], 'attachments': [], 'inference_options': {}}
body = json.dumps({'type': 'threads.create', 'params': {'input': message}}).encode()
request = urllib.request.Request(sys.argv[1], body, {'content-type': 'application/json'})
deadline = time.monotonic() + 60
while True:
    try:
        stream = urllib.request.urlopen(request, timeout=60).read().decode()
        break
    except urllib.error.HTTPError:
        raise
    except urllib.error.URLError:
        # It does not listen yet.
        if time.monotonic() > deadline:
            raise
        time.sleep(0.1)
events = [json.loads(line[len('data: '):]) for line in stream.splitlines() if line.startswith('data: ')]
done = [event['item'] for event in events if event['type'] == 'thread.item.done']
answers = [item['content'][0]['text'] for item in done if item['type'] == 'assistant_message']
if answers != [TEXT]:
    sys.exit(f'outside: the README\'s program answered\n{stream}')
PYTHON
echo 'outside: the README'\''s program builds and answers'
