/* SPDX-License-Identifier: ISC */
/* The scan of a text in pieces, against a plain one that looks at each octet and its neighbours.
 * The first octets of the input are the sizes of the pieces, the rest is the text. */
#include "codec/codec.h"
#include "content/scan.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { PIECES = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static bool begins(const uint8_t *text, size_t size, const char *word)
{
    return size >= strlen(word) && memcmp(text, word, strlen(word)) == 0;
}

/* What a line, without its line end, adds. */
static void look_at_line(struct mime_scan *scan, const uint8_t *line, size_t size)
{
    if (size > scan->longest_line)
        scan->longest_line = size;
    scan->from_line |= begins(line, size, "From ");
    scan->boundary_line |= begins(line, size, "--=_");
}

static void look_at_octet(struct mime_scan *scan, uint8_t octet, uint8_t before, uint8_t behind)
{
    scan->high_octets += octet > 127;
    scan->nul_octets += octet == 0;
    scan->control_octets += octet == 127 || (octet > 0 && octet < 32 && octet != 9 && octet != 10 &&
                                             octet != 12 && octet != 13 && octet != 27);
    scan->crlf += octet == '\n' && before == '\r';
    scan->bare_lf += octet == '\n' && before != '\r';
    scan->bare_cr += octet == '\r' && behind != '\n';
}

static struct mime_scan scan_plainly(const uint8_t *text, size_t size)
{
    struct mime_scan scan = {.size = size};
    size_t start = 0;
    for (size_t i = 0; i < size; i++) {
        uint8_t before = i > 0 ? text[i - 1] : 0;
        look_at_octet(&scan, text[i], before, i + 1 < size ? text[i + 1] : 0);
        if (text[i] == '\n') {
            look_at_line(&scan, text + start, i - start - (i > start && before == '\r'));
            start = i + 1;
        }
    }
    look_at_line(&scan, text + start, size - start);
    scan.utf8 = text_is_utf8((const char *)text, size);
    scan.ends_in_line_end = size == 0 || text[size - 1] == '\n';
    return scan;
}

/* Each piece in a block of its own size, for the sanitizer. */
static struct mime_scan scan_in_pieces(const uint8_t *text, size_t size,
                                       const uint8_t pieces[PIECES])
{
    struct mime_scanner scanner = mime_scanner_start();
    for (size_t at = 0, run = 0; at < size; run++) {
        size_t piece = (size_t)pieces[run % PIECES] + 1;
        if (piece > size - at)
            piece = size - at;
        char *block = malloc(piece);
        require(block != NULL);
        memcpy(block, text + at, piece);
        mime_scanner_add(&scanner, block, piece);
        free(block);
        at += piece;
    }
    return mime_scanner_finish(&scanner);
}

static void require_same(const struct mime_scan *one, const struct mime_scan *other)
{
    require(one->size == other->size);
    require(one->high_octets == other->high_octets);
    require(one->control_octets == other->control_octets);
    require(one->nul_octets == other->nul_octets);
    require(one->bare_lf == other->bare_lf);
    require(one->bare_cr == other->bare_cr);
    require(one->crlf == other->crlf);
    require(one->longest_line == other->longest_line);
    require(one->utf8 == other->utf8);
    require(one->from_line == other->from_line);
    require(one->boundary_line == other->boundary_line);
    require(one->ends_in_line_end == other->ends_in_line_end);
}

/* The size found for quoted-printable is that of what the codec gives in one piece. */
static void require_right_size(const struct mime_blob *blob, const uint8_t *text, size_t size)
{
    size_t room = 8 * size + MIME_CODEC_MINIMUM_OUTPUT;
    uint8_t *out = malloc(room);
    require(out != NULL);
    struct mime_codec codec = mime_codec_start(MIME_CODEC_QUOTED_PRINTABLE);
    struct mime_codec_step step = mime_codec_run(&codec, text, size, true, out, room);
    free(out);
    uint64_t found = 0;
    require(mime_scan_quoted_printable_size(&found, blob, NULL) == 0);
    require(codec.finished && step.produced == found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < PIECES)
        return 0;
    const uint8_t *text = data + PIECES;
    size -= PIECES;
    struct mime_scan expected = scan_plainly(text, size);
    struct mime_scan in_pieces = scan_in_pieces(text, size, data);
    require_same(&in_pieces, &expected);
    struct mime_blob *blob = NULL;
    require(mime_blob_from_memory(&blob, text, size, NULL) == 0);
    struct mime_scan of_blob;
    require(mime_scan_blob(&of_blob, blob, NULL) == 0);
    require_same(&of_blob, &expected);
    require_right_size(blob, text, size);
    mime_blob_release(blob);
    return 0;
}
