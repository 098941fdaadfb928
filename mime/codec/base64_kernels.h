/* SPDX-License-Identifier: ISC */
/**
 * @file base64_kernels.h
 * The inner loop of base64, in versions for several processors. For base64.c, tests and benchmarks.
 */
#ifndef MIME_BASE64_KERNELS_H
#define MIME_BASE64_KERNELS_H

#include <stddef.h>
#include <stdint.h>

struct mime_base64_kernel {
    const char *name;
    /** Encodes whole lines, each MIME_BASE64_LINE_INPUT octets of in to MIME_BASE64_LINE_OUTPUT of
     * out. Nothing outside of these is read or written. */
    void (*encode_lines)(uint8_t *out, const uint8_t *in, size_t lines);
};

/** The 64 characters in their order; it does not end in NUL. */
extern const uint8_t mime_base64_alphabet[64];

/**
 * The kernels this processor can run, the fastest first, the portable one last.
 * @return NULL when index is past the last.
 */
const struct mime_base64_kernel *mime_base64_kernel(size_t index);

#endif
