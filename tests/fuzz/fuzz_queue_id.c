/* SPDX-License-Identifier: ISC */
/** @file fuzz_queue_id.c  A queue id is visible, bounded, and stands in the reply. */
#include "queue_id.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *reply = malloc(size + 1);
    if (reply == NULL)
        return 0;
    if (size > 0)
        memcpy(reply, data, size);
    reply[size] = '\0';
    char id[SMTP_QUEUE_ID_SIZE];
    memset(id, 'x', sizeof id);
    bool found = smtp_queue_id(id, reply);
    if (memchr(id, '\0', sizeof id) == NULL || found != (id[0] != '\0') ||
        strstr(reply, id) == NULL)
        abort();
    for (const char *c = id; *c != '\0'; c++)
        if (*c <= ' ' || *c >= 0x7F)
            abort();
    free(reply);
    return 0;
}
