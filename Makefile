# VQWave: `make play` installs, builds and plays the shipped model; `make test` installs and tests everything; `make help` lists the rest.
CONFIGURATION ?= Release
PACK ?= $(firstword $(wildcard models/*))
# Which recipe `make model` follows, what music its corpus is, where that lies and how long it is.
MODEL ?= live-keys
STYLE := $(if $(filter live-tines,$(MODEL)),tines,keys)
CORPUS ?= data/corpus-$(STYLE)
MINUTES ?= 300
DOTNET ?= dotnet
# One compiler server less to wait for: builds are short, and nothing is left running.
BUILD = $(DOTNET) build --nologo -v quiet -clp:NoSummary -c $(CONFIGURATION) $(BUILD_OPTIONS)
ifeq ($(GPU),1)
PLAY_DEVICE = --device cuda
endif

PLAYER_SOURCES := $(shell find src plugin/VQWave.Vst3 -name '*.cs' -o -name '*.csproj' 2>/dev/null | grep -v '/obj/\|/bin/') Directory.Build.props Directory.Packages.props
TRAINING_SOURCES := $(shell find training -type f \( -name '*.cs' -o -name '*.csproj' -o -name '*.proto' -o -name '*.cpp' -o -name '*.h' -o -name 'CMakeLists.txt' \) 2>/dev/null | grep -v '/obj/\|/bin/\|/build/')
PLUGIN_SOURCES := $(shell find plugin src/VQWave src/OnnxRuntime -name '*.cs' -o -name '*.csproj' 2>/dev/null | grep -v '/obj/\|/bin/') Directory.Build.props Directory.Packages.props
PLUGIN := bin/VQWave.vst3
TEST_SOURCES := $(shell find tests -name '*.cs' -o -name '*.csproj' -o -name '*.props' 2>/dev/null | grep -v '/obj/\|/bin/')

.PHONY: help soak-ui page pictures setup train-setup test-setup build build-training plugin install-plugin dist play test test-build test-daw bench corpus model format format-check clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup: node_modules/.installed ## install what playing needs (GPU=1: the CUDA provider as well)
	@scripts/setup.sh play
ifeq ($(GPU),1)
	@scripts/gpu-setup.sh
endif

# Stamped by the lock file: npm runs again only when it changes.
node_modules/.installed: package.json package-lock.json .npmrc
	@scripts/setup.sh play
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

train-setup: node_modules/.installed ## install what training needs: libtorch, a C++ compiler, ffmpeg, fluidsynth
	@scripts/setup.sh train

test-setup: node_modules/.installed
	@scripts/setup.sh test

build: bin/vqwave ## build the player: bin/vqwave

PAGE := src/VQWave.Surface/page
PAGE_SOURCES := $(shell find $(PAGE)/src $(PAGE)/index.html $(PAGE)/vite.config.ts $(PAGE)/tsconfig.json -type f 2>/dev/null)

page: $(PAGE)/dist/index.html ## build the live surface's page

$(PAGE)/node_modules/.installed: $(PAGE)/package.json $(PAGE)/package-lock.json $(PAGE)/.npmrc
	cd $(PAGE) && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(PAGE)/dist/index.html: $(PAGE)/node_modules/.installed $(PAGE_SOURCES)
	cd $(PAGE) && npm run --silent build -- --logLevel warn
	@touch $@

bin/vqwave: node_modules/.installed $(PAGE)/dist/index.html $(PLAYER_SOURCES)
	@scripts/setup.sh play
	$(DOTNET) publish src/VQWave.Player/VQWave.Player.csproj --nologo -v quiet -c $(CONFIGURATION) $(BUILD_OPTIONS)
	@scripts/launcher.sh bin/vqwave src/VQWave.Player $(CONFIGURATION)

plugin: $(PLUGIN)/Contents/.built ## build the VST3 instrument: bin/VQWave.vst3

# A file of its own says when: libraries in the bundle keep the dates that they were made with.
$(PLUGIN)/Contents/.built: node_modules/.installed $(PLUGIN_SOURCES) $(wildcard models/*/model.json) scripts/build-plugin.sh LICENSE THIRD-PARTY-NOTICES.md
	@scripts/setup.sh plugin
	@CONFIGURATION=$(CONFIGURATION) DOTNET="$(DOTNET)" BUILD_OPTIONS="$(BUILD_OPTIONS)" scripts/build-plugin.sh $(PLUGIN)
	@touch $@

DIST := bin/dist/.built

dist: $(DIST) ## an archive with player, plug-in and pack that runs without .NET: bin/dist/vqwave-VERSION-linux-x64.tar.gz

$(DIST): bin/vqwave $(PAGE)/dist/index.html $(PLUGIN)/Contents/.built $(wildcard scripts/dist/* scripts/dist/licenses/*) scripts/make-dist.sh
	@CONFIGURATION=$(CONFIGURATION) DOTNET="$(DOTNET)" BUILD_OPTIONS="$(BUILD_OPTIONS)" scripts/make-dist.sh bin/dist
	@touch $@

install-plugin: plugin ## put the VST3 instrument where hosts look for it: ~/.vst3
	@scripts/install-plugin.sh $(PLUGIN)

build-training: bin/vqwave-train ## build the training program: bin/vqwave-train

bin/vqwave-train: node_modules/.installed $(PLAYER_SOURCES) $(TRAINING_SOURCES)
	@scripts/setup.sh train
	$(BUILD) training/VQWave.Training/VQWave.Training.csproj
	$(BUILD) training/VQWave.Corpus/VQWave.Corpus.csproj
	@scripts/launcher.sh bin/vqwave-corpus training/VQWave.Corpus $(CONFIGURATION)
	@scripts/launcher.sh bin/vqwave-train training/VQWave.Training $(CONFIGURATION)

ifeq ($(GPU),1)
# The provider is copied beside the player when it is built.
play: node_modules/.gpu
bin/vqwave: node_modules/.gpu

node_modules/.gpu: node_modules/.installed
	@scripts/gpu-setup.sh
	@touch $@
endif
play: build ## play the shipped model (GPU=1: on CUDA); to a WAV file where there is no sound device
	bin/vqwave play --model $(PACK) $(PLAY_DEVICE) $(PLAY_OPTIONS)

# The tests' own plug-in, which two test programs host.
SAMPLE_PLUGIN := tests/VQWave.Vst3.Tests/SamplePlugin/bin/Release/net9.0/linux-x64/publish/SamplePlugin.so
$(SAMPLE_PLUGIN): $(PLUGIN_SOURCES) $(wildcard tests/VQWave.Vst3.Tests/SamplePlugin/*)
	$(DOTNET) publish tests/VQWave.Vst3.Tests/SamplePlugin/SamplePlugin.csproj --nologo -v quiet -c Release -r linux-x64 $(BUILD_OPTIONS)
	@touch $@

test-build: test-setup page bin/vqwave bin/vqwave-train plugin dist $(SAMPLE_PLUGIN)
	$(BUILD) VQWave.sln

test: test-build ## install, build and test everything
	@scripts/test.sh $(TESTS)

test-daw: test-setup bin/vqwave plugin ## play the VST3 instrument in Ardour, without a screen
	@scripts/setup.sh daw
	$(BUILD) tests/VQWave.Plugin.Tests/VQWave.Plugin.Tests.csproj
	tests/VQWave.Plugin.Tests/bin/$(CONFIGURATION)/net*/VQWave.Plugin.Tests --progress off --filter-class '*DawTests'

bench: build ## measure how fast this machine generates and starts, the delays of live play, and a minute of it
	bin/vqwave bench speed --model $(PACK)
	bin/vqwave bench startup --model $(PACK)
	bin/vqwave generate --model $(PACK) --seconds 30 --seed 1 --output /tmp/vqwave-bench.wav --json $(BENCH_OPTIONS)
	bin/vqwave bench latency --model $(PACK)
	bin/vqwave bench soak --model $(PACK) --minutes 1

corpus: build-training ## compose and render the training corpus (MODEL=live-tines: the second pack's)
	@scripts/make-corpus.sh $(CORPUS) --style $(STYLE) --minutes $(MINUTES)

model: bin/vqwave-train ## rebuild a shipped pack by its recipe, in hours (MODEL=live-tines: the second); given again, it goes on where it was broken off
	@[ -d "$(CORPUS)/train" ] || scripts/make-corpus.sh $(CORPUS) --style $(STYLE) --minutes $(MINUTES)
	env -u OPENBLAS_CORETYPE bin/vqwave-train run recipes/$(MODEL).json --set corpus=$(CORPUS) $(MODEL_OPTIONS)

soak-ui: test-build ## ten minutes of play with two pages open and a flood of commands
	VQWAVE_SOAK_MINUTES=10 tests/VQWave.Surface.Tests/bin/$(CONFIGURATION)/net*/VQWave.Surface.Tests --progress off --show-live-output on --filter-class '*SurfaceSoakTests'

format: ## format the sources with CSharpier
	$(DOTNET) tool restore
	$(DOTNET) csharpier format src training tests plugin

format-check:
	$(DOTNET) tool restore
	$(DOTNET) csharpier check src training tests plugin

clean: ## remove everything that was built
	rm -rf bin node_modules training/native/build $(PAGE)/node_modules $(PAGE)/dist
	find src training tests plugin -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} +
