# The commands a person needs. `make run` and `make test` need nothing but a Swift 6 toolchain: what else is missing
# is installed first.

SWIFT := swift
# Undeclared imports between targets are errors: the compiler keeps the architecture.
BUILD_FLAGS := --explicit-target-dependency-import-check error
SOURCES := Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources/Benchmarks \
	Sanitizing/Package.swift Sanitizing/Sources/Synchronization
VENV := .venv
INTEGRATION := .venv-integration

.PHONY: run build test unit terminal integration sanitize lint format bench torture packages test-packages clean

## Build and open the dashboard on a pipeline that examines the repository you stand in.
run: build
	@.build/release/switchyard run sample-pipelines/repo-health.yaml $(ARGS)

build: packages
	$(SWIFT) build -c release $(BUILD_FLAGS) --product switchyard

## Run every test.
test: unit terminal

unit: packages
	$(SWIFT) test $(BUILD_FLAGS)

## The real binary in a pseudo-terminal and under tmux.
terminal: test-packages $(VENV)/ready
	$(SWIFT) build $(BUILD_FLAGS) --product switchyard
	$(VENV)/bin/python -m pytest -q Tests/Terminal

$(VENV)/ready: Tests/Terminal/requirements.txt
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r Tests/Terminal/requirements.txt
	touch $@

## Programs of others: the providers' official clients ask the simulator, and the providers here ask LiteLLM's proxy.
integration: test-packages $(INTEGRATION)/ready
	$(SWIFT) build $(BUILD_FLAGS) --product switchyard
	$(INTEGRATION)/clients/bin/python -m pytest -q Tests/Integration

# Two environments: the proxy wants an older version of one of the clients.
$(INTEGRATION)/ready: Tests/Integration/requirements.txt Tests/Integration/litellm-requirements.txt
	python3 -m venv $(INTEGRATION)/clients
	$(INTEGRATION)/clients/bin/pip install --quiet --disable-pip-version-check -r Tests/Integration/requirements.txt
	python3 -m venv $(INTEGRATION)/litellm
	$(INTEGRATION)/litellm/bin/pip install --quiet --disable-pip-version-check \
		-r Tests/Integration/litellm-requirements.txt
	touch $@

## The engine's and the store's tests under the thread sanitizer; a report fails it.
sanitize: packages
	TSAN_OPTIONS=exitcode=66 $(SWIFT) test --sanitize=thread --package-path Sanitizing

lint:
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

format:
	$(SWIFT) format format --in-place --recursive --parallel $(SOURCES)

## Figures of a release build, each beside a floor measured in the same run: of the engine and the store from inside,
## then of the program from outside.
bench: build test-packages $(VENV)/ready
	$(SWIFT) run -c release $(BUILD_FLAGS) --package-path Benchmarks Benchmarks $(ARGS)
	$(VENV)/bin/python Benchmarks/figures.py .build/release/switchyard

## The real program killed 2,000 times, against an outside ledger; then crashes of the samples in simulation.
torture: build
	python3 Tests/Terminal/kill_ledger.py .build/release/switchyard --kills 2000
	.build/release/switchyard torture sample-pipelines/release-check.yaml --seeds 100000

packages:
	@.ci/install-packages libncurses-dev libsqlite3-dev

test-packages: packages
	@.ci/install-packages tmux git python3-venv

clean:
	rm -rf .build Benchmarks/.build Sanitizing/.build $(VENV) $(INTEGRATION)
