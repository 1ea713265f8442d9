# Everything from nothing but python3, make and the package registries. All that is installed lands in .venv.
#
#   make demo    watch a durable workflow survive kill -9
#   make test    the tests
#   make check   format, lint, types, tests: what a change has to pass
#   make bench   what things cost here, and beside bare SQL, DBOS and absurd
#   make bench-peers   the second half of it
#   make chaos   runs survive what goes wrong; the logs are kept in build/chaos
#   make view    make the links again that type checkers read

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYTEST := $(BIN)/python -m pytest

.PHONY: demo test check format lint types bench bench-peers chaos view clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^#   //p' Makefile

$(BIN)/python:
	@echo "making a virtual environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Waymark needs Python 3.11 or newer, and $(PYTHON) is older: say make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo "python3 -m venv failed: on Debian and Ubuntu, apt install python3-venv"; exit 1; }

# uv installs in a tenth of pip's time; where it cannot be had, pip does the same.
$(STAMP): pyproject.toml | $(BIN)/python
	@echo "installing Waymark and its tools into $(VENV)"
	@if $(BIN)/python -m pip install -q --disable-pip-version-check uv 2>/dev/null && \
		$(BIN)/uv pip install -q --python $(BIN)/python -e '.[dev]'; then :; \
	else echo "uv did not do it: using pip"; \
		$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev]'; fi
	@touch $@

demo: $(STAMP)
	@$(BIN)/python examples/demo.py

test: $(STAMP)
	$(PYTEST) -q

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(STAMP)
	$(BIN)/mypy
	$(BIN)/pyright

check: lint types test

bench: $(STAMP)
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.peers

# Installs the peers from PyPI below build/peers, at its first use and when their versions change.
bench-peers: $(STAMP)
	$(BIN)/python -m benchmarks.peers $(PEERS)

chaos: $(STAMP)
	$(BIN)/python -m benchmarks.chaos $(CHAOS)

view:
	@mkdir -p .view/waymark && find .view/waymark -type l -delete
	@for house in compiler grammar runtime stdlib vm; do ln -s ../../$$house .view/waymark/$$house; done
	@for entry in waymark/*; do \
		case $$entry in */__pycache__) ;; *) ln -s ../../$$entry .view/waymark/$${entry#waymark/} ;; esac; done

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
