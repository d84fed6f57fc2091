# GNU make and Python 3.11 to 3.14 are all a fresh machine needs; everything else goes into .venv/.
# State lies under GONGSHI_HOME (default ./var). `make help` lists the targets.

SHELL := /bin/sh
PYTHONS := $(PYTHON) python3 python3.11 python3.12 python3.13 python3.14
STAMP := .venv/.installed
RUN := .venv/bin/python
UV_VERSION := $(shell sed -n 's/^uv==//p' requirements.txt)
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))

.DEFAULT_GOAL := help
.PHONY: help demo test up down check format bench corpus suites docs
.DELETE_ON_ERROR:

help:
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile

# Made anew when the lock changes; an interrupted installation leaves no stamp and is taken up again.
$(STAMP): requirements.txt pyproject.toml
	@if [ ! -x $(RUN) ]; then \
	  for python in $(PYTHONS); do \
	    if $$python -c '$(SUPPORTED)' >/dev/null 2>&1; then found=$$python; break; fi; \
	  done; \
	  if [ -z "$$found" ]; then \
	    echo "No Python that requirements.txt serves was found: install Python 3.11 to 3.14, or name one: make PYTHON=/path/to/python3.11" >&2; exit 3; \
	  fi; \
	  echo "Setting up .venv with $$($$found --version)"; \
	  $$found -m venv .venv || { echo "Python's venv module is missing: install it (Debian: python3-venv)." >&2; exit 3; }; \
	fi
	@[ -x .venv/bin/uv ] || $(RUN) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@VIRTUAL_ENV=$(CURDIR)/.venv .venv/bin/uv pip sync --quiet requirements.txt
	@VIRTUAL_ENV=$(CURDIR)/.venv .venv/bin/uv pip install --quiet --no-deps --editable .
	@touch $@

demo: $(STAMP) ## the whole job on the sample province, through Airflow; ROWS= and SEED= choose another size
	@$(RUN) -m gongshi.demo $(if $(ROWS),--rows $(ROWS)) $(if $(SEED),--seed $(SEED))

test: $(STAMP) ## all tests; the last line says what was skipped and why
	@$(RUN) -m pytest $(TESTS)

up: $(STAMP) ## start Airflow on 127.0.0.1:$GONGSHI_PORT (8080)
	@$(RUN) -m gongshi.service up

down: $(STAMP) ## stop Airflow and the embedded PostgreSQL
	@$(RUN) -m gongshi.service down

check: $(STAMP) ## format, lint, types, SQL, fast tests, generated files in sync
	@.venv/bin/ruff format --check --quiet . || { echo "Not formatted: run \`make format\`." >&2; exit 1; }
	@.venv/bin/ruff check --quiet .
	@.venv/bin/mypy
	@.venv/bin/sqlfluff lint --disable-progress-bar sql
	@$(RUN) -m pytest -q -m "not slow" tests/unit tests/dags tests/expectations

format: $(STAMP) ## bring the code into form
	@.venv/bin/ruff check --quiet --fix --exit-zero . && .venv/bin/ruff format .

bench: $(STAMP) ## file to warehouse and validation against both baselines; SIZE= rows (1000000)
	@$(RUN) bench/run.py --rows $(or $(SIZE),1000000)

corpus: $(STAMP) ## every file of DIR= through a scratch instance; COPY=gb18030,utf-16 FUZZ=n COMPARE=n LIMIT= BATCH= SEED= AT= REPORT=
	@$(RUN) -m gongshi.corpus $(if $(COPY),--copy $(COPY)) $(if $(FUZZ),--fuzz $(FUZZ)) \
	  $(if $(COMPARE),--compare $(COMPARE)) $(if $(LIMIT),--limit $(LIMIT)) $(if $(BATCH),--batch $(BATCH)) \
	  $(if $(SEED),--seed $(SEED)) $(if $(AT),--at $(AT)) $${REPORT:+--report "$$REPORT"} $${DIR:+-- "$$DIR"}

suites: $(STAMP) ## write expectations/suites from the rules
	@$(RUN) -m gongshi.validate

docs: $(STAMP) ## write the generated pages
	@$(RUN) tools/make_docs.py
