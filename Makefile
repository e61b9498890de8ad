# The developer's interface. `make demo` and `make test` need nothing but the Swift toolchain, git and make.

SWIFT ?= swift
PREFIX ?= /usr/local
RELEASE = $(SWIFT) build --configuration release --static-swift-stdlib
GGUF = .build/release/gguf

.PHONY: help setup build demo test conformance lint format record-golden samples install clean

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1 - /p' Makefile | awk -F' - ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

setup: ## Install libzstd-dev and pkg-config where they are missing
	@sh scripts/setup.sh

build: setup ## Build the program, optimized, into .build/release/gguf
	$(RELEASE) --product gguf

demo: build ## Convert a real checkpoint, inspect the result, and show what it lost
	@sh scripts/demo.sh $(GGUF)

test: setup ## Run all tests
	$(SWIFT) test

conformance: build ## Compare with other people's software (Python; downloads pinned packages)
	@bash Conformance/run.sh $(GGUF)

lint: setup ## Check the format, the direction of imports, and the samples
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests
	@sh scripts/check-imports.sh
	@sh scripts/check-sources.sh
	python3 samples/generate.py --check

format: ## Format all Swift sources
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

record-golden: setup ## Record the expected output of the command line again; look at the difference
	-RECORD_GOLDEN=1 $(SWIFT) test --filter CLITests
	git status --short Tests/CLITests/Golden

samples: ## Write the files in samples/valid and samples/malformed again
	python3 samples/generate.py

install: build ## Install the program into PREFIX/bin (default /usr/local)
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 $(GGUF) "$(DESTDIR)$(PREFIX)/bin/gguf"

clean: ## Remove what was built and downloaded
	rm -rf .build .demo Conformance/.venv Conformance/.cache
