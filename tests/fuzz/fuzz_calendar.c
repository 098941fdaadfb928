/* SPDX-License-Identifier: ISC */
/** @file fuzz_calendar.c  What is read of a calendar is fit for a label, and folding changes
 * nothing. */
#include "content/calendar.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void require_token(const char *text, size_t room)
{
    size_t length = strnlen(text, room);
    require(length < room);
    require(strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == length);
}

static int read_bytes(struct mime_calendar *calendar, const void *bytes, size_t size)
{
    struct mime_blob *blob = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    require(mime_blob_from_memory(&blob, bytes, size, NULL) == 0);
    int result = mime_calendar_read(calendar, blob, &error);
    require(result == 0 || result == MAILER_DATA);
    require((int)error.error_class == result && (result == 0) == (error.text[0] == '\0'));
    mime_blob_release(blob);
    return result;
}

/* Each line folded behind each of its octets. */
static size_t fold(char *folded, const uint8_t *data, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        bool inside = i > 2 && strchr("\r\n", data[i]) == NULL && data[i] != '\0' &&
                      data[i - 1] != '\0' && strchr("\r\n", data[i - 1]) == NULL;
        if (inside) {
            memcpy(folded + used, "\r\n ", 3);
            used += 3;
        }
        folded[used++] = (char)data[i];
    }
    return used;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mime_calendar calendar;
    int result = read_bytes(&calendar, data, size);
    if (result == 0) {
        require(calendar.method[0] != '\0');
        require_token(calendar.method, sizeof calendar.method);
        require_token(calendar.component, sizeof calendar.component);
    }
    char *folded = malloc(4 * size + 1);
    struct mime_calendar again;
    require(folded != NULL && read_bytes(&again, folded, fold(folded, data, size)) == result);
    free(folded);
    if (result == 0)
        require(strcmp(again.method, calendar.method) == 0 &&
                strcmp(again.component, calendar.component) == 0);
    return 0;
}
