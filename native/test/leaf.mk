# Leaf tests of frame, codec, spec and tree, and fuzzers of the first three, under sanitizers. Included by native/Makefile, whose
# directory is the working directory; everything goes to build/leaf/.
#   make leaf-test             all suites, last line `N passed, N failed`
#   make fuzz FUZZ_SECONDS=60  each fuzzer for so long, on one core, seeded from proto/vectors

LEAF_BUILD := build/leaf
LEAF_VECTORS := ../proto/vectors
FUZZ_SECONDS ?= 60

# gcc has the sanitizers too; libFuzzer is clang's.
LEAF_CC ?= $(or $(shell command -v clang-19),$(shell command -v clang),gcc)
LEAF_FUZZ_CC ?= $(or $(shell command -v clang-19),$(shell command -v clang),clang-19)
LEAF_CFLAGS := -std=gnu17 -D_GNU_SOURCE -O1 -g -fno-omit-frame-pointer -Wall -Wextra -Wshadow \
	-Wconversion -Wvla -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Wswitch-enum
LEAF_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all

LEAF_SOURCES := frame.c codec.c spec.c generated/broodbox.pb.c
LEAF_TEST_SOURCES := tree.c mounts.c fault.c
LEAF_HEADERS := frame.h codec.h spec.h fd.h generated/broodbox.pb.h
LEAF_TESTS := $(wildcard test/test_*.c)
LEAF_FUZZERS := fuzz_frame fuzz_spec

.PHONY: leaf-test fuzz

leaf-test: $(LEAF_BUILD)/leaf-test
	$(LEAF_BUILD)/leaf-test $(LEAF_VECTORS)

$(LEAF_BUILD)/leaf-test: $(LEAF_TESTS) test/test.h $(LEAF_SOURCES) $(LEAF_TEST_SOURCES) $(LEAF_HEADERS) tree.h mounts.h \
	test/leaf.mk
	@mkdir -p $(@D)
	$(LEAF_CC) $(LEAF_CFLAGS) $(LEAF_SANITIZE) -o $@ $(LEAF_TESTS) $(LEAF_SOURCES) $(LEAF_TEST_SOURCES) -lprotobuf-nanopb

# One after the other: a fuzzer that fails leaves its input in build/leaf/ and stops the rest.
fuzz: $(LEAF_FUZZERS:%=$(LEAF_BUILD)/%) $(LEAF_BUILD)/seeds
	for fuzzer in $(LEAF_FUZZERS); do \
		mkdir -p $(LEAF_BUILD)/corpus-$$fuzzer && \
		$(LEAF_BUILD)/$$fuzzer -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -print_final_stats=1 \
			-artifact_prefix=$(LEAF_BUILD)/crash-$$fuzzer- $(LEAF_BUILD)/corpus-$$fuzzer \
			$(LEAF_BUILD)/seeds/$$fuzzer || exit 1; \
	done

$(LEAF_BUILD)/fuzz_%: fuzz/fuzz_%.c $(LEAF_SOURCES) $(LEAF_HEADERS) test/leaf.mk
	@mkdir -p $(@D)
	$(LEAF_FUZZ_CC) $(LEAF_CFLAGS) -Wno-missing-prototypes -fsanitize=fuzzer $(LEAF_SANITIZE) \
		-o $@ $< $(LEAF_SOURCES) -lprotobuf-nanopb

$(LEAF_BUILD)/seeds: fuzz/seeds.sh $(wildcard $(LEAF_VECTORS)/*.txt)
	rm -rf $@
	sh fuzz/seeds.sh $(LEAF_VECTORS) $@
