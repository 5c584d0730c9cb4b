# Thin: every target is a few commands. Builds live outside the checkout, and every target builds the
# same profile and features, so that nothing heavy is compiled twice.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

CACHE ?= $(HOME)/.cache/yunheng
export CARGO_TARGET_DIR ?= $(CACHE)/target
export YUNHENG_SHARED ?= $(abspath ../shared)
export PATH := $(CACHE)/tools/bin:$(PATH)

BIN := $(CARGO_TARGET_DIR)/release/yunheng
VENV := $(CACHE)/venv-oracle
VENV_ATTACK := $(CACHE)/venv-attack
VENV_METRICFLOW := $(CACHE)/venv-metricflow
PORT ?= 8787
SCALE ?= 1
JOBS ?= 2
SEED ?= 1
NUMBER ?= 200
MINUTES ?= 10

.PHONY: help demo build web test fast app dist check fmt deny structure rust conformance oracle docs e2e attack attack-small fuzz bench bench-stats dev setup clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

demo: build ## Build everything, make the demo project in ./demo and serve it
	$(BIN) demo demo --scale $(SCALE) --serve --port $(PORT)

build: web ## Build the program, pages included
	cargo build --release --workspace

# ---------------------------------------------------------------- pages

NPM := $(shell command -v npm)
PAGES := $(shell find web/src web/public web/index.html web/package-lock.json web/vite.config.ts -type f 2>/dev/null)

ifdef NPM
web: web/dist/index.html ## Build the pages
else
web:
	@echo "note: no npm, so the program is built without its pages; install Node 20 and run make again"
endif

web/node_modules/.package-lock.json: web/package-lock.json
	# Not `npm ci`: it refuses a lock file without the binaries of platforms that a registry does not carry.
	cd web && npm install --no-save --no-audit --no-fund

# The pages are embedded when yh-server is compiled: touch it, so that cargo looks again.
web/dist/index.html: web/node_modules/.package-lock.json $(PAGES)
	cd web && npm run build
	touch crates/yh-server/src/pages.rs

# ---------------------------------------------------------------- tests

test: setup check build rust conformance oracle docs e2e attack-small ## Everything that CI runs

fast: ## Tests of the crates without the engine, in a target folder of their own
	CARGO_TARGET_DIR=$(CARGO_TARGET_DIR)/fast cargo test -p yh-model -p yh-stats -p yh-metrics

app: ## Tests of the use cases, in the development profile and a target folder of its own
	CARGO_TARGET_DIR=$(CARGO_TARGET_DIR)/fast cargo nextest run -p yh-app

dist: build ## One archive that runs on a machine without Rust and Node, tried in a bare root
	mkdir -p $(CACHE)/dist
	python3 tests/dist/run.py "$$(tests/tools/dist.sh $(BIN) $(CACHE)/dist)"

check: fmt deny structure ## Formatting, lints, licences, structure, and the pages' own checks
	cargo clippy --release --workspace --all-targets -- -D warnings
ifdef NPM
	$(MAKE) web
	cd web && npm run check
endif

fmt:
	cargo fmt --all -- --check

deny: ## Licences, bans and sources; advisories where their database can be fetched
	tests/tools/deny.sh

structure: ## What the documents say of the tree
	python3 tests/structure/run.py

rust: ## Rust tests, records also on a throw-away PostgreSQL
	tests/tools/with_postgres.sh tests/tools/rust_tests.sh

conformance: build $(VENV_METRICFLOW)/.ready ## The metric language against the shared cases and, by random questions, MetricFlow
	python3 tests/conformance/run.py --exe $(BIN) --jobs $(JOBS)
	$(VENV_METRICFLOW)/bin/python tests/conformance/random_queries.py --exe $(BIN) --jobs $(JOBS) --seed $(SEED) --number $(NUMBER)

$(VENV_METRICFLOW)/.ready: tests/conformance/requirements.txt
	python3 -m venv $(VENV_METRICFLOW)
	$(VENV_METRICFLOW)/bin/pip install --quiet --disable-pip-version-check -r tests/conformance/requirements.txt
	touch $@

fuzz: ## Odd filters, model files and data files, MINUTES for each
	tests/tools/fuzz.sh $(MINUTES)

attack: build $(VENV_ATTACK)/.ready ## Damage, races, hostile files and requests, in full; the figures go to docs/attack.md
	$(VENV_ATTACK)/bin/python tests/attack/run.py --exe $(BIN) --full --write docs/attack.md

attack-small: build $(VENV_ATTACK)/.ready ## The same in its small seeded form
	$(VENV_ATTACK)/bin/python tests/attack/run.py --exe $(BIN) --seed $(SEED)

$(VENV_ATTACK)/.ready: tests/attack/requirements.txt
	python3 -m venv $(VENV_ATTACK)
	$(VENV_ATTACK)/bin/pip install --quiet --disable-pip-version-check -r tests/attack/requirements.txt
	touch $@

oracle: build $(VENV)/.ready ## Answers against independent SQL on the original files
	$(VENV)/bin/python tests/oracle/run.py --exe $(BIN) --shared $(YUNHENG_SHARED)

$(VENV)/.ready: tests/oracle/requirements.txt
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r tests/oracle/requirements.txt
	touch $@

docs: build ## Commands and outputs in the documents (`make docs WRITE=--write` brings them up to date)
	python3 tests/docs/run.py --exe $(BIN) $(WRITE)
	python3 tests/docs/stats.py --exe $(BIN)

e2e: build ## The pages in a browser
	tests/tools/e2e.sh $(BIN)

setup: ## Install what the tests need and the machine lacks
	tests/tools/setup.sh $(CACHE)/tools

# ---------------------------------------------------------------- measurements and development

bench: build $(VENV)/.ready ## Print the speed bars
	$(VENV)/bin/python bench/spine/run.py --exe $(BIN)
	CARGO_TARGET_DIR=$(CARGO_TARGET_DIR)/fast cargo build --release -p yh-metrics --example compile_speed
	python3 bench/compile/run.py --exe $(BIN) --compiler $(CARGO_TARGET_DIR)/fast/release/examples/compile_speed
	$(VENV)/bin/python bench/home/run.py --exe $(BIN)

bench-stats: build ## Statistics against the reference results
	python3 bench/stats/run.py --exe $(BIN)

dev: build ## Serve the demo, and the pages with live reload on port 5173
	test -d demo/.yunheng || $(BIN) demo demo --scale $(SCALE)
	trap 'kill 0' EXIT; $(BIN) -C demo serve --port $(PORT) & cd web && YUNHENG_URL=http://127.0.0.1:$(PORT) npm run dev

clean: ## Remove the demo and the built pages
	rm -rf demo web/dist
