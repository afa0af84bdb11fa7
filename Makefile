# SPDX-License-Identifier: Apache-2.0
# Every target works on a fresh clone with Node >= 20.19, npm and make; nothing outside this folder is touched but by `install`.

PREFIX ?= /usr/local/sysflow
NODE ?= node
DOCKER ?= docker
VERSION = $$($(NODE) -p "require('./package.json').version")
TESTS = $$(find dist -name '*.test.js' | sort)

.PHONY: all build test lint bench bench-quick bench-compare soak golden grammar docs demo install docker-build image-test pack-test clean

all: build

node_modules/.installed: package.json package-lock.json
	npm ci
	@touch $@

# Folders count too: a file that was deleted changes the time of its folder. Absolute, since some are called as targets are.
SOURCES := $(shell find $(addprefix $(CURDIR)/,core driver plugins grammar bench scripts resources/templates) -type d -o -name '*.ts')

build: dist/.built

dist/.built: node_modules/.installed package.json tsconfig.json $(SOURCES)
	npm run --silent build
	@touch $@

test: build
	SFPROCESSOR_CACHE=off $(NODE) --test --test-concurrency=2 $(TESTS)

lint: build
	npx biome ci --colors=off --max-diagnostics=50 .
	$(NODE) dist/scripts/words.js

bench: build
	$(NODE) dist/bench/main.js

# Small inputs, few runs, under a minute; writes no files.
bench-quick: build
	$(NODE) dist/bench/main.js quick

# This working tree against a revision, in turn: make bench-compare BASE=main~3
bench-compare: build
	$(NODE) dist/bench/main.js compare "$(BASE)"

# Soak tests, about an hour; writes bench/soak.md.
soak: build
	$(NODE) dist/bench/soak/main.js

golden: build
	$(NODE) dist/scripts/golden.js

grammar: node_modules/.installed
	bash grammar/generate.sh

docs: build
	$(NODE) dist/scripts/docs.js

demo: build
	$(NODE) dist/bundle/main.js -config resources/pipelines/demo.json resources/traces/webshell.sf

# As the original lays it out: bin, conf, resources/policies, resources/plugins, resources/drivers, resources/handlers,
# resources/actions; and share with the manual page and the completion of shells.
install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/conf $(DESTDIR)$(PREFIX)/lib \
	  $(DESTDIR)$(PREFIX)/resources/plugins $(DESTDIR)$(PREFIX)/resources/drivers \
	  $(DESTDIR)$(PREFIX)/resources/handlers $(DESTDIR)$(PREFIX)/resources/actions
	bash scripts/install.sh "$(DESTDIR)$(PREFIX)" "$(PREFIX)"

# Any engine with the commands of Docker: make docker-build DOCKER=podman. Nothing of this folder's build is used.
docker-build:
	$(DOCKER) build --build-arg VERSION=$(VERSION) --tag sfprocessor:$(VERSION) $(DOCKER_FLAGS) .

# Needs no engine, but root, buildah and debootstrap; without these it says so and passes. About a minute.
image-test: build
	$(NODE) dist/scripts/image-test.js

# What a newcomer does with the package, in an empty folder: install, demo, a plugin of each kind. Half a minute.
pack-test: build
	$(NODE) dist/scripts/pack-test.js

clean:
	rm -rf dist node_modules
