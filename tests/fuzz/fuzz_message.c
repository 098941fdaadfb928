/* SPDX-License-Identifier: ISC */
/* A message of another writer, read and laid out on every wire: sizes, line rules, and that reading
 * it again changes nothing. */
#include "harness/read_again.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct mime_wire wires[] = {{MAILER_WIRE_7BIT, false},
                                             {MAILER_WIRE_8BIT, false},
                                             {MAILER_WIRE_8BIT, true},
                                             {MAILER_WIRE_BINARY, false}};
    for (size_t i = 0; i < sizeof wires / sizeof *wires; i++) {
        const char *problem = again_try((const char *)data, size, wires[i]);
        if (problem != NULL) {
            fprintf(stderr, "on wire %zu: %s\n", i, problem);
            abort();
        }
    }
    return 0;
}
