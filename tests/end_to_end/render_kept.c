/* SPDX-License-Identifier: ISC */
/*
 * Reads a message and writes it as it would go over a wire, for test_kept.py:
 * render_kept 7bit|8bit|binary FILE. Exit code 1 and a line on standard error when it cannot be.
 */
#include "harness/read_again.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    static const char *const names[] = {"7bit", "8bit", "binary"};
    struct mime_wire wire = {MAILER_WIRE_7BIT, false};
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mime_document document = {0};
    struct mime_blob *blob = NULL;
    struct again_octets octets = {NULL, 0};
    if (argc != 3) {
        fputs("render_kept 7bit|8bit|binary FILE\n", stderr);
        return 64;
    }
    for (int width = MAILER_WIRE_7BIT; width <= MAILER_WIRE_BINARY; width++)
        if (strcmp(argv[1], names[width]) == 0)
            wire.width = (enum mailer_wire)width;
    if (mime_blob_from_file(&blob, argv[2], true, NULL, &error) == 0 &&
        mime_document_read(&document, blob, NULL, &error) == 0)
        octets = again_render(&document, wire, 4096, &error);
    if (octets.bytes != NULL)
        fwrite(octets.bytes, 1, octets.size, stdout);
    else
        fprintf(stderr, "%s\n", error.text);
    int result = octets.bytes != NULL && fflush(stdout) == 0 ? 0 : 1;
    free(octets.bytes);
    mime_document_free(&document);
    mime_blob_release(blob);
    return result;
}
