/* SPDX-License-Identifier: ISC */
/** @file fuzz_detect.c  Any octets under any name have a well-formed type; with an even first octet
 * libmagic is asked too. */
#include "content/detect.h"
#include "content/extension.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

/* One that has libmagic, and one that has not. Both are kept, as they are in a program. */
static struct mime_detector *take_detector(bool with_magic)
{
    static struct mime_detector *detectors[2];
    if (detectors[with_magic] == NULL) {
        require(mime_detector_new(&detectors[with_magic], NULL) == 0);
        if (!with_magic) {
            struct mime_blob *blob;
            char type[MIME_TYPE_SIZE];
            require(setenv("MAGIC", "/nowhere/magic", 1) == 0);
            require(mime_blob_from_memory(&blob, "\1", 1, NULL) == 0);
            require(mime_detect(detectors[0], blob, NULL, type, NULL) == 0);
            mime_blob_release(blob);
            require(unsetenv("MAGIC") == 0);
        }
    }
    return detectors[with_magic];
}

static void check(struct mime_detector *detector, const struct mime_blob *blob, const char *name)
{
    char type[MIME_TYPE_SIZE];
    memset(type, 'x', sizeof type);
    require(mime_detect(detector, blob, name, type, NULL) == 0);
    size_t length = strnlen(type, sizeof type);
    require(length > 2 && length < sizeof type);
    const char *slash = strchr(type, '/');
    require(slash != NULL && slash > type && slash[1] != '\0' && strchr(slash + 1, '/') == NULL);
    require(strcmp(type, MIME_TYPE_ANY_TEXT) != 0 && strcmp(type, MIME_TYPE_MARKUP) != 0 &&
            strcmp(type, MIME_TYPE_ENCRYPTED) != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {NULL,     "a.png", "a.svg",  "a.xml",  "a.html", "a.json",
                                        "a.docm", "a.doc", "a.heic", "a.docx", "a.mp3",  "a.txt",
                                        "a.kml",  "a.ttf", "a.apk",  "a.csv"};
    if (size == 0)
        return 0;
    struct mime_blob *blob = NULL;
    require(mime_blob_from_memory(&blob, data + 1, size - 1, NULL) == 0);
    check(take_detector(data[0] % 2 == 0), blob, names[data[0] / 2 % 16]);
    mime_blob_release(blob);
    return 0;
}
