# Two commands matter: `make demo` and `make test`. Each does its own set-up.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready
LINT := build/lint
DEMO := build/demo
# Tests run on every core; those of one file stay together, since they share what is slow to make.
PARALLEL := -n auto --dist loadfile
AZURITE := build/azurite
PYODIDE := build/pyodide

.PHONY: help setup packages demo test test-quick test-full fuzz lint format lock templates addin lite

help:
	@echo "make demo        an example month: workbook, PDF invoices and journals in $(DEMO)"
	@echo "make test        everything: checks of the code, all tests with coverage"
	@echo "make test-quick  the tests that need no LibreOffice"
	@echo "make test-full   the same tests, tried on every day of 2024-2032 and on ten times as many examples"
	@echo "make fuzz        hostile bytes for every parser of foreign files, half a minute each"
	@echo "make lint        format, types, layers"
	@echo "make templates   build the workbooks that are kept in workbook_templates/"
	@echo "make addin       build billow.xlam, the tab in Excel, from the list of commands"
	@echo "make lite        build the wheel that xlwings Lite installs, where Python cannot be, in dist"
	@echo "make lock        resolve requirements.lock and requirements-lint.lock anew (needs uv)"

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; install it and run make again."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name it with: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	# Without compiled files every start of the command line would pay for compiling; olefile2 is for Python 2.
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m compileall -q -x olefile2 .venv/lib billow workbook_templates udfs addin
	@touch $(READY)

# What the tests run for real: LibreOffice as spreadsheet, poppler to read PDF, hledger as accountant,
# Azurite (which node runs) as Azure's store of blobs, Pyodide (node again) as the Python of a browser, and
# Spark (which Java runs) as a second engine.
packages:
	@missing=; \
	command -v soffice >/dev/null || missing="$$missing libreoffice-calc"; \
	/usr/bin/python3 -c "import uno" 2>/dev/null || missing="$$missing python3-uno"; \
	command -v pdftotext >/dev/null || missing="$$missing poppler-utils"; \
	command -v hledger >/dev/null || missing="$$missing hledger"; \
	command -v npm >/dev/null || missing="$$missing nodejs npm"; \
	command -v java >/dev/null || missing="$$missing default-jre-headless"; \
	[ -z "$$missing" ] && { $(MAKE) --no-print-directory $(AZURITE)/.ready $(PYODIDE)/.ready; exit; }; \
	as=; [ "$$(id -u)" = 0 ] || as="sudo -n"; \
	if command -v apt-get >/dev/null && { [ -z "$$as" ] || $$as true 2>/dev/null; }; then \
		echo "Installing for the tests:$$missing"; \
		$$as apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$as apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	else \
		echo "The tests need these programs, and this user may not install them:$$missing"; \
		echo "Ask an administrator for: apt-get install --no-install-recommends$$missing"; exit 1; \
	fi; \
	$(MAKE) --no-print-directory $(AZURITE)/.ready $(PYODIDE)/.ready

$(AZURITE)/.ready:
	npm install --silent --no-audit --no-fund --prefix $(AZURITE) azurite@3.37.0
	@touch $@

$(PYODIDE)/.ready:
	npm install --silent --no-audit --no-fund --prefix $(PYODIDE) pyodide@314.0.7
	@touch $@

demo: $(READY)
	rm -rf $(DEMO)
	$(BIN)/billow demo $(DEMO)

test: $(READY) packages lint
	$(BIN)/python -m pytest $(PARALLEL) --cov --cov-report=term:skip-covered

test-quick: $(READY)
	$(BIN)/python -m pytest $(PARALLEL) -m "not office"

test-full: $(READY) packages lint
	BILLOW_FULL=1 $(BIN)/python -m pytest $(PARALLEL)

# Half a minute for each parser of foreign files; what breaks one is left in build/fuzz.
fuzz: $(READY)
	@mkdir -p build/fuzz
	@for parser in figure day text archive sheet parquet workbook manifest report; do \
		echo "$$parser"; \
		$(BIN)/python -m tests.fuzz $$parser --seconds 30 --found build/fuzz >build/fuzz/$$parser.log 2>&1 \
			|| { tail -60 build/fuzz/$$parser.log; exit 1; }; \
	done

# Checking needs a tenth of what the tests need, and is there long before it.
$(LINT)/.ready: requirements-lint.lock
	$(PYTHON) -m venv --clear $(LINT)
	$(LINT)/bin/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements-lint.lock
	@touch $@

lint: $(LINT)/.ready
	$(LINT)/bin/ruff check --quiet .
	$(LINT)/bin/ruff format --check --quiet .
	$(LINT)/bin/mypy --no-error-summary
	PYTHONPATH=addin:addin/lite:udfs:workbook_templates:pricing_rules $(LINT)/bin/lint-imports --no-logo

format: $(LINT)/.ready
	$(LINT)/bin/ruff check --quiet --fix .
	$(LINT)/bin/ruff format --quiet .

templates: $(READY)
	$(BIN)/python -m billow.workbook.template

addin: $(READY)
	$(BIN)/python -m billow_ribbon

lite: $(READY)
	cd addin/lite && $(CURDIR)/$(BIN)/python -m hatchling build -t wheel -d $(CURDIR)/dist

lock:
	uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
		--group dev --python-version 3.11 --output-file requirements.lock pyproject.toml
	uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
		--group lint --constraints requirements.lock --python-version 3.11 --output-file requirements-lint.lock
