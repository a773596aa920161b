/* A runner for the leaves: cases that are counted, checks that go on after a failure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Begins a case and ends the one before it. The name is copied. */
void test_case(const char *suite, const char *name);
void test_check(bool holds, const char *what, const char *file, int line);

#define CHECK(condition) test_check(condition, #condition, __FILE__, __LINE__)

struct vector {
    const char *name, *verdict;
    const uint8_t *bytes;
    size_t size;
    const char *rest; /* what follows the bytes on the line, or "" */
};

/* Calls take with each line of a file of proto/vectors; the vector is gone when it returns. */
void test_vectors(const char *file, void (*take)(const struct vector *vector));

/* Digits to bytes ("-" is none); the number of bytes. Ends the program when it is not hexadecimal. */
size_t test_from_hex(const char *hex, size_t digits, uint8_t *out, size_t capacity);

void test_frame(void);
void test_codec(void);
void test_spec(void);
void test_tree(void);
