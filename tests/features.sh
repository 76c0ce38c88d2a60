#!/usr/bin/env bash
# Shows that no feature is needed for `ChatKit::builder`, that each compiles alone, and that a crate which only
# one feature needs is compiled with it and not without it.
set -euo pipefail
cd "$(dirname "$0")/.."

# The crates that a build with these features compiles, one name a line.
crates() {
  cargo tree --package actix-chatkit --no-default-features --features "$1" --edges normal,build --prefix none \
    --format '{p}' | cut -d ' ' -f 1 | sort -u
}

bare=$(crates '')
failed=
# feature: the crates that nobody else may bring in; `testing` brings none
while read -r feature names; do
  with=$(crates "$feature")
  for name in $names; do
    if grep -qx "$name" <<< "$bare"; then echo "features: $name is compiled without any feature"; failed=1; fi
    if ! grep -qx "$name" <<< "$with"; then echo "features: $name is not compiled with $feature"; failed=1; fi
  done
done <<'TABLE'
azure azure_core azure_identity
load chatkit-load hdrhistogram
pictures image kamadak-exif
program clap dotenvy mimalloc tracing-subscriber
sqlite diesel libsqlite3-sys
TABLE
[ -z "$failed" ] || exit 1
all=$(crates default)
echo "features: $(wc -l <<< "$bare") crates without features, $(wc -l <<< "$all") with all of them"

for feature in '' azure load pictures program sqlite testing; do
  echo "features: checking ${feature:-none}"
  cargo clippy --quiet --package actix-chatkit --lib --no-default-features --features "$feature" -- -D warnings
done
echo "features: checking the command of \`make run\`"
cargo clippy --quiet --package actix-chatkit --bin actix-chatkit --no-default-features \
  --features azure,pictures,program,sqlite -- -D warnings
