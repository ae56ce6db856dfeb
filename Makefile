# Every task of the project. What CI does is one of these words.
#
# `make demo` and `make test` do all the set-up themselves: a virtual environment
# in .venv, the packages in requirements/, the compiled extension. `make test` makes a
# second one, in .venv-channels3, for what is compared with channels 3.0.5.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
VENV3 := .venv-channels3
HOST ?= 127.0.0.1
PORT ?= 8000
CASES ?= 1000000
SEED ?= 0
SECONDS ?= 1800
FUZZ := rust/core/fuzz
WHEELS := target/venv-wheels
AUDIT := target/venv-audit
DOCS := target/venv-docs
RUST_SOURCES := $(shell find rust -path $(FUZZ) -prune -o \( -name '*.rs' -o -name Cargo.toml \) -print) Cargo.toml Cargo.lock pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help demo demo-cluster test lint docs format bench soak parity django-suites fuzz matrix wheels audit clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/built ## Serve the chat demo on http://127.0.0.1:8000 (HOST=, PORT=)
	$(BIN)/python examples/chat/manage.py demo --host $(HOST) --port $(PORT)

demo-cluster: $(VENV)/built $(VENV)/cluster ## Serve it as two servers and a worker behind nginx (HOST=, PORT=)
	scripts/system-packages cluster
	$(BIN)/python examples/chat/deploy/cluster.py --host $(HOST) --port $(PORT)

test: $(VENV)/built $(VENV)/dev $(VENV3)/made ## Build, then run all tests in Rust and in Python
	scripts/system-packages test cluster
	cargo test --workspace --locked
	$(VENV3)/bin/python -m pytest $(RERUNS) tests/parity
	CHANNELS_FAST_DISABLE=1 $(BIN)/python -m pytest $(RERUNS) tests/unit tests/parity tests/urls
	$(BIN)/python -m pytest $(RERUNS) $(PYTEST_ARGS)

lint: $(VENV)/built $(VENV)/dev docs ## Check format, clippy, docs of Rust, ruff, types, the stub and the site
	cargo fmt --all --check
	cargo fmt --manifest-path $(FUZZ)/Cargo.toml --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --workspace --locked --quiet
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m mypy.stubtest channels_fast._rust

# A build that keeps nothing of the last one: what Sphinx does not read again has no warnings.
docs: $(DOCS)/made ## Build the site into target/docs, where each warning is an error
	PYTHONPATH=python $(DOCS)/bin/python -m sphinx --fail-on-warning --keep-going --fresh-env --write-all --quiet -c docs -d target/doctrees . target/docs
	@echo "The site begins at target/docs/index.html."

format: $(VENV)/dev ## Format the sources of both languages
	cargo fmt --all
	cargo fmt --manifest-path $(FUZZ)/Cargo.toml
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: $(VENV)/built $(VENV)/bench ## Measure against channels, write docs/benchmarks.md (PARTS=)
	$(BIN)/python -m benches $(PARTS)

soak: $(VENV)/built $(VENV)/bench ## Keep servers busy for half an hour, write docs/reliability.md
	$(BIN)/python -m benches.soak
	$(BIN)/python -m benches.soak --redis --messages 50000 --pace 200
	$(BIN)/python -m benches.soak --compare --messages 24000 --sockets 500 --pace 400 --expiry 10
	$(BIN)/python -m benches.soak --compare --redis --messages 12000 --sockets 500 --pace 200
	$(BIN)/python -m benches pictures
	$(BIN)/python -m benches.soak.section target/bench/soak.json docs/reliability.md

parity: $(VENV)/built $(VENV)/dev ## Compare with channels on CASES=1000000 random cases (SEED=0)
	$(BIN)/python -m tests.property.run --cases $(CASES) --seed $(SEED)
	$(BIN)/python -m tests.property.run_urls --cases $(CASES) --seed $(SEED)
	SEARCHES=$(CASES) $(BIN)/python -m pytest tests/urls/test_threads.py -k searches

django-suites: $(VENV)/demo ## Run Django's own tests of URLs, with and without ours (DJANGOS=)
	$(BIN)/python scripts/django_suites.py $(DJANGOS)

# No sanitizer: the core has no unsafe code, and one would need a nightly toolchain.
fuzz: ## Fuzz rust/core for SECONDS=1800, guided by coverage (needs a C++ compiler)
	cargo fuzz --version >/dev/null 2>&1 || cargo install --locked cargo-fuzz
	for target in plan_and_path program; do \
		cargo fuzz run --fuzz-dir $(FUZZ) --target-dir target/fuzz --sanitizer none $$target -- \
			-max_total_time=$$(($(SECONDS) / 2)) -timeout=10 -max_len=1024 -len_control=10 || exit 1; \
	done

matrix: $(VENV)/dev ## Run the suite on every pair of Python and Django, write docs/support.md
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/matrix.txt
	$(BIN)/nox -s matrix

wheels: $(WHEELS)/made ## Build all wheels for this platform and the sdist into dist/, check each
	PATH="$(abspath $(WHEELS))/bin:$$PATH" $(WHEELS)/bin/python scripts/wheels.py $(WHEELS_ARGS)

audit: $(AUDIT)/made ## Look for known vulnerabilities, licenses and unsafe workflows
	cargo deny --version >/dev/null 2>&1 || cargo install --locked cargo-deny
	scripts/audit $(AUDIT)/bin

clean: ## Remove everything that was built
	rm -rf $(VENV) $(VENV3) target dist python/channels_fast/*.so

$(VENV)/demo: requirements/demo.txt
	scripts/system-packages demo
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/demo.txt
	@touch $@

$(VENV)/cluster: requirements/cluster.txt $(VENV)/demo
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/cluster.txt
	@touch $@

$(VENV)/dev: requirements/dev.txt $(VENV)/cluster
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	@touch $@

$(VENV)/bench: requirements/bench.txt $(VENV)/dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/bench.txt
	@touch $@

$(WHEELS)/made $(AUDIT)/made $(DOCS)/made: target/venv-%/made: requirements/%.txt
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(VENV)/built: $(RUST_SOURCES) $(VENV)/demo
	VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/maturin develop --release --locked --quiet
	@touch $@

# The package is that of the sources, with the extension that is built for $(VENV):
# both have the same interpreter.
$(VENV3)/made: requirements/channels3.txt
	$(PYTHON) -m venv $(VENV3)
	$(VENV3)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements/channels3.txt
	$(VENV3)/bin/python -c "import sysconfig; print('$(abspath python)', file=open(sysconfig.get_path('purelib') + '/channels_fast.pth', 'w'))"
	@touch $@
