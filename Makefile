# What can be done here, in one word each. `make` alone shows this list.
# PYTHON names the interpreter that makes the environment: make test PYTHON=/usr/bin/python3

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TOOLS := $(VENV)/.tools
TEXTS := $(wildcard */language/*/LC_MESSAGES/*.po)
ARGS ?=
# It has the ports that a demo has, and a machine to itself: after all others.
DEMO_TESTS := tests/acceptance/test_demo.py
# Few questions to every operation; with ANJU_TEST_EXAMPLES many, and others each time.
API_TESTS := tests/integration/web/test_the_api_keeps_its_own_description.py
NAME ?= ingest
# The version that the frames in tests/converters/ were tried with.
CONVERTERS ?= zigbee-herdsman-converters@26.112.0

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format bench nightly converters screens clean

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

setup: $(TOOLS) ## make the environment, with what tests and training need (the other targets do it by themselves)

demo: $(READY) ## run everything: four homes, the hub, telephones (ARGS=--check plays the story and checks it)
	@$(BIN)/anju-sim demo $(ARGS)

test: $(TOOLS) ## run all tests (ARGS='tests/unit -k fall' for some)
	$(BIN)/python -m pytest $(if $(ARGS),$(ARGS),-n 3 --dist loadfile --ignore $(DEMO_TESTS))
	$(if $(ARGS),,$(BIN)/python -m pytest $(DEMO_TESTS))

check: $(TOOLS) ## style, types, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(TOOLS) ## put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(TOOLS) ## measure: make bench NAME=answer, board, edge, escalation, garbage, homes, ingest, killpoints, latency, powercuts, restart or two_dispatchers
	@$(BIN)/python -m tests.benchmarks $(NAME) $(ARGS)

screens: $(TOOLS) ## photograph the pages into docs/screens/
	@$(BIN)/python -m tests.screens

nightly: $(TOOLS) ## cut the power of the agent 1,000 times, send it 100,000 messages of garbage, kill the hub at every place of every story, ask the API 60,000 things: about an hour
	@$(BIN)/python -m tests.benchmarks powercuts
	@$(BIN)/python -m tests.benchmarks garbage
	@$(BIN)/python -m tests.benchmarks killpoints $(ARGS)
	@ANJU_TEST_EXAMPLES=300 $(BIN)/python -m pytest --timeout 3600 --show-capture=no $(API_TESTS)

converters: ## fetch Zigbee2MQTT's own converters with npm, for the one test that decodes real frames with them
	@npm install --silent --no-audit --no-fund --ignore-scripts --prefix .converters $(CONVERTERS)

clean: ## remove what was made here
	rm -rf $(VENV) .anju .converters test-artefacts .mypy_cache .ruff_cache .hypothesis .import_linter_cache

PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable

$(READY): pyproject.toml constraints.txt hatch_build.py $(TEXTS)
	@echo "Making the environment in $(VENV) ..." >&2
	@$(PYTHON) -m venv $(VENV) || { echo "$(PYTHON) cannot make an environment; on Debian: apt-get install python3-venv, or name another: make PYTHON=..." >&2; exit 2; }
	@$(PIP) '.[edge,hub]' 2>&1 | { grep -v '^WARNING: Location' || true; } >&2; test -x $(BIN)/anju-hub
	@touch $(READY)

$(TOOLS): $(READY)
	@echo "Adding what tests and training need ..." >&2
	@$(PIP) '.[edge,hub,aliyun,training,dev]' 2>&1 | { grep -v '^WARNING: Location' || true; } >&2; test -x $(BIN)/pytest
	@touch $(TOOLS)
