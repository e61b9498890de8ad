# The developer's interface. `make demo` and `make test` need nothing but the Swift toolchain, git and make.

SWIFT ?= swift
PREFIX ?= /usr/local
# TRAITS=--disable-default-traits leaves out URLs, and the HTTP client, which takes most of the time of an optimized build.
TRAITS ?=
RELEASE = $(SWIFT) build --configuration release --static-swift-stdlib $(TRAITS)
GGUF = .build/release/gguf
FORMATTED = Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources \
  Fuzz/Package.swift Fuzz/Sources/fuzz-* Fuzz/Sources/mutate-headers \
  Measurements/Package.swift Measurements/Sources/expected-losses Measurements/Sources/bit-flips
SECONDS ?= 60
# Conversions that `make faults` kills besides.
MOMENTS ?= 200
# Models of which `make mutations` changes the headers; without any, three that it downloads.
MODELS ?=

.PHONY: help setup build demo test test-arm64 conformance conformance-presets conformance-models perplexity integrations-check cluster-check report-check faults fuzz mutations bench bench-kernels bench-program bench-inspect bench-archive methods ranges expected-losses bit-flips lint format record-golden rules samples install install-check clean

help: ## List the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1 - /p' Makefile | awk -F' - ' '{ printf "  make %-18s %s\n", $$1, $$2 }'

setup: ## Install libzstd-dev and pkg-config where they are missing
	@sh scripts/setup.sh

build: setup ## Build the program, optimized, into .build/release/gguf
	$(RELEASE) --product gguf

demo: build ## Convert a real checkpoint, inspect the result, and show what it lost
	@sh scripts/demo.sh $(GGUF)

test: setup ## Run all tests
	$(SWIFT) test

test-arm64: ## Run the kernels for arm64 under QEMU on the golden data (installs it with apt)
	@SWIFT="$(SWIFT)" sh scripts/test-arm64.sh

conformance: build ## Compare with other people's software (Python; downloads pinned packages)
	@bash Conformance/run.sh $(GGUF)

conformance-presets: build ## Compare types and files of every preset with llama-quantize (Python, cmake; long)
	@bash Conformance/run.sh $(GGUF) --only presets

conformance-models: build ## Compare models of each architecture with llama.cpp's converter, and run them (Python; downloads 1.4 GB, MODELS="NAME..." for some)
	@sh Conformance/models/run.sh $(GGUF) $(MODELS)

perplexity: build ## Measure what types and methods do to trained models, by llama.cpp (Python, cmake; downloads 180 MB; half an hour)
	@bash Conformance/run.sh $(GGUF) --only perplexity
	@bash Conformance/run.sh $(GGUF) --only methods
	@bash Conformance/run.sh $(GGUF) --only embeddings
	@bash Conformance/run.sh $(GGUF) --only feedback

integrations-check: build ## Run what integrations/ has for CI services, as far as that goes here (Python; downloads pinned packages)
	@sh integrations/check/run.sh $(GGUF)

cluster-check: build ## Run the job array of integrations/cluster on a real Slurm of one node (root; installs Slurm with apt)
	@sh integrations/cluster/check/run.sh $(GGUF)

report-check: setup ## Open HTML reports in headless Chromium and look at what they do (Python; installs Chromium)
	@rm -rf .build/report-pages && mkdir -p .build/report-pages
	REPORT_PAGES="$(CURDIR)/.build/report-pages" $(SWIFT) test --filter ReportsTests.WritingPages
	@sh Conformance/report/run.sh .build/report-pages

faults: build ## Let each system call of commands that write go wrong in turn (MOMENTS=200 more kills; Linux; Python, a C compiler)
	@python3 Tests/Faults/run.py --program $(GGUF) --moments $(MOMENTS)

fuzz: setup ## Random cases for kernels, then libFuzzer on all parsers (SECONDS=60 each, SEED=N)
	$(SWIFT) build --configuration release --package-path Fuzz --product fuzz-kernels
	@peer=Benchmarks/.peer/libggml-stock.so; [ -f $$peer ] || peer=; \
	Fuzz/.build/release/fuzz-kernels --seconds $(SECONDS) $(SEED:%=--seed %) $${peer:+--peer $$peer}
	@SWIFT="$(SWIFT)" sh Fuzz/run.sh $(SECONDS)

mutations: build ## Change every byte of the headers of real models (MODELS="FILE..."; downloads 400 MB; an hour of two processors)
	@python3 Fuzz/lengths.py $(GGUF)
	$(SWIFT) build --configuration release --package-path Fuzz --product mutate-headers -Xswiftc -enable-testing
	@python3 Fuzz/mutations.py $(MODELS)

bench: ## Measure kernels, program, inspection and archives (an idle machine, half an hour, 10 GB of disk)
	@$(MAKE) bench-kernels
	@$(MAKE) bench-program
	@$(MAKE) bench-inspect
	@$(MAKE) bench-archive

bench-kernels: setup ## Measure the kernels against ggml (Python, gcc; downloads ggml; two minutes)
	@SWIFT="$(SWIFT)" python3 Benchmarks/run.py kernels

bench-program: build ## Measure the program against cp and llama-quantize (Python, cmake; 10 GB of disk)
	@SWIFT="$(SWIFT)" python3 Benchmarks/run.py program

bench-inspect: build ## Measure inspect, validate, hash and diff against gguf-py, cat, sha256sum and cmp (Python; 10 GB of disk)
	@SWIFT="$(SWIFT)" python3 Benchmarks/run.py inspect

bench-archive: build ## Measure what weights shrink to, and gguf pack against zstd (Python, zstd; 350 MB of downloads; ten minutes)
	@SWIFT="$(SWIFT)" python3 Benchmarks/run.py archive

methods: build ## Measure what --method search loses on seeded and trained weights, and its speed, and write the table of it (Python; downloads 190 MB)
	@SWIFT="$(SWIFT)" python3 Benchmarks/run.py methods

ranges: build ## Measure what --method minmax, percentile, mse and entropy lose and take, and write the tables of it (Python; downloads 90 MB)
	@SWIFT="$(SWIFT)" python3 Benchmarks/run.py ranges

expected-losses: setup ## Measure what types lose on ordinary weights, and write the tables of it again
	$(SWIFT) build --configuration release --package-path Measurements --product expected-losses
	Measurements/.build/release/expected-losses --page formats/expected-losses.md \
	  --swift Sources/Verification/Expectations/ExpectedLoss+Table.swift

bit-flips: setup ## Measure how many flipped bits the bounds of formats/bounds.md find
	@$(SWIFT) build --configuration release --package-path Measurements --product bit-flips
	@Measurements/.build/release/bit-flips

lint: setup ## Check the format, the direction of imports, and the samples
	$(SWIFT) format lint --strict --recursive --parallel $(FORMATTED)
	@sh scripts/check-imports.sh
	@sh scripts/check-sources.sh
	python3 samples/generate.py --check

format: ## Format all Swift sources
	$(SWIFT) format --in-place --recursive --parallel $(FORMATTED)

record-golden: setup ## Record the expected output of the command line again; look at the difference
	-RECORD_GOLDEN=1 $(SWIFT) test --filter CLITests
	git status --short Tests/CLITests/Golden

rules: setup ## Write formats/rules.md again, from the rules of validation
	-RECORD_RULES=1 $(SWIFT) test --filter RulesPageTests
	git status --short formats/rules.md

samples: ## Write the files in samples/valid and samples/malformed again
	python3 samples/generate.py

install: build ## Install program, manual pages and completions below PREFIX (default /usr/local)
	$(RELEASE) --product generate-manual
	@sh scripts/install.sh $(GGUF) .build/release/generate-manual "$(DESTDIR)$(PREFIX)"

install-check: ## Install into a temporary folder and try manual pages and completions (installs zsh and fish)
	@bash scripts/check-install.sh

clean: ## Remove what was built and downloaded
	rm -rf .build .demo Fuzz/.build-libfuzzer Fuzz/.corpora Fuzz/.models integrations/check/.venv Conformance/.venv Conformance/.cache Conformance/report/.venv Conformance/report/screenshots \
	  Benchmarks/.build Benchmarks/.peer Benchmarks/.models Fuzz/.build Measurements/.build
