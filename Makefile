# make run     serve the demonstration region on http://localhost:$PORT (default 8000); ERA=2014: as it was in that year
# make test    every check: lint, types, imports, unit, contract, browser
# make check   the fast checks alone
# make bench   the numbers
# make build   a wheel with the built front end
# make lock    renew the locked requirements
# make clean   remove what was built (data in $PHOIHOP_HOME stays)

PORT ?= 8000
PHOIHOP_HOME ?= var$(if $(ERA),-$(ERA))
export PORT PHOIHOP_HOME

PY := .venv/bin/python
BIN := .venv/bin
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11

.PHONY: run test check pytest bench build environment environment-dev frontend translations packages lock clean
.DEFAULT_GOAL := run

run: environment frontend translations
	@exec $(BIN)/phoihop run --demo $(if $(ERA),--era $(ERA))

environment:
	@scripts/prepare_environment.sh run

environment-dev:
	@scripts/prepare_environment.sh dev

frontend: environment
	@$(PY) scripts/build_frontend.py

translations: environment
	@$(PY) scripts/compile_translations.py

packages:
	@scripts/install_test_packages.sh

test: packages environment-dev
	@$(MAKE) --no-print-directory check
	@$(MAKE) --no-print-directory pytest

check: environment-dev translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet src
	$(PY) scripts/build_frontend.py check

pytest: environment-dev frontend translations
	PHOIHOP_TEST_POSTGRES=system $(BIN)/pytest -n 2 -q tests/contracts tests/exchange
	$(BIN)/pytest -n 2

bench: environment-dev frontend translations
	$(PY) -m bench

build: environment-dev frontend translations
	$(PY) -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist

lock: environment-dev
	$(UV_COMPILE) --extra dev pyproject.toml -o requirements/dev.lock
	$(UV_COMPILE) --extra build -c requirements/dev.lock pyproject.toml -o requirements/run.lock

clean:
	rm -rf build dist node_modules src/phoihop/ui/static/build .mypy_cache .ruff_cache .pytest_cache .venv
	find src tests -name '*.mo' -delete
