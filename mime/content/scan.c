/* SPDX-License-Identifier: ISC */
#include "content/scan.h"

#include "codec/codec.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 64 * 1024, LINE_START_SIZE = 5 };

struct mime_scanner mime_scanner_start(void)
{
    return (struct mime_scanner){.scan = {.utf8 = true, .ends_in_line_end = true}};
}

static void end_line(struct mime_scanner *scanner)
{
    if (scanner->line > scanner->scan.longest_line)
        scanner->scan.longest_line = scanner->line;
    scanner->line = 0;
}

static inline void look_at_line_start(struct mime_scan *scan, const void *start, size_t size)
{
    if (size >= 4 && memcmp(start, "--=_", 4) == 0)
        scan->boundary_line = true;
    if (size >= 5 && memcmp(start, "From ", 5) == 0)
        scan->from_line = true;
}

static inline void count_in_line(struct mime_scanner *scanner, unsigned char octet)
{
    if (scanner->line < LINE_START_SIZE) {
        scanner->line_start[scanner->line] = (char)octet;
        look_at_line_start(&scanner->scan, scanner->line_start, (size_t)scanner->line + 1);
    }
    scanner->line++;
}

/* The first octet of a character of UTF-8 says how many follow and, so that nothing is overlong, a
 * surrogate, or past U+10FFFF, between which octets the second one is (RFC 3629, 4). */
static void start_character(struct mime_scanner *scanner, unsigned char octet)
{
    scanner->smallest = octet == 0xE0 ? 0xA0 : octet == 0xF0 ? 0x90 : 0x80;
    scanner->greatest = octet == 0xED ? 0x9F : octet == 0xF4 ? 0x8F : 0xBF;
    if (octet < 0xC2 || octet > 0xF4)
        scanner->scan.utf8 = false;
    else
        scanner->continuations = octet < 0xE0 ? 1 : octet < 0xF0 ? 2 : 3;
}

static void add_high(struct mime_scanner *scanner, unsigned char octet)
{
    scanner->scan.high_octets++;
    if (scanner->continuations == 0) {
        start_character(scanner, octet);
        return;
    }
    if (octet < scanner->smallest || octet > scanner->greatest)
        scanner->scan.utf8 = false;
    scanner->continuations--;
    scanner->smallest = 0x80;
    scanner->greatest = 0xBF;
}

static bool is_control(unsigned char octet)
{
    return octet == 0x7F || (octet < 0x20 && octet != '\t' && octet != '\f' && octet != 0x1B);
}

static void add_octet(struct mime_scanner *scanner, unsigned char octet)
{
    struct mime_scan *scan = &scanner->scan;
    if (octet < 0x80 && scanner->continuations > 0) {
        scan->utf8 = false;
        scanner->continuations = 0;
    }
    if (octet == '\n') {
        if (scanner->after_cr)
            scan->crlf++;
        else
            scan->bare_lf++;
        scanner->after_cr = false;
        end_line(scanner);
        return;
    }
    if (scanner->after_cr) {
        scan->bare_cr++;
        count_in_line(scanner, '\r');
    }
    scanner->after_cr = octet == '\r';
    if (scanner->after_cr)
        return;
    if (octet >= 0x80)
        add_high(scanner, octet);
    else if (octet == 0)
        scan->nul_octets++;
    else if (is_control(octet))
        scan->control_octets++;
    count_in_line(scanner, octet);
}

/* Goes over as many octets as it can that need only to be counted, as most of a text do: printable
 * ones in the middle of a line, or enough of them to tell how it starts. */
static size_t skip_printable(struct mime_scanner *scanner, const unsigned char *octets, size_t size)
{
    bool between_lines = scanner->line == 0;
    if ((!between_lines && scanner->line < LINE_START_SIZE) || scanner->after_cr ||
        scanner->continuations > 0)
        return 0;
    size_t skipped = text_count_printable((const char *)octets, size);
    if (between_lines && skipped < LINE_START_SIZE)
        return 0;
    if (between_lines)
        look_at_line_start(&scanner->scan, octets, skipped);
    scanner->line += skipped;
    return skipped;
}

void mime_scanner_add(struct mime_scanner *scanner, const void *bytes, size_t size)
{
    const unsigned char *octets = bytes;
    size_t i = 0;
    while (i < size) {
        i += skip_printable(scanner, octets + i, size - i);
        if (i < size)
            add_octet(scanner, octets[i++]);
    }
    if (size > 0)
        scanner->scan.ends_in_line_end = octets[size - 1] == '\n';
    scanner->scan.size += size;
}

struct mime_scan mime_scanner_finish(const struct mime_scanner *scanner)
{
    struct mime_scanner last = *scanner;
    if (last.continuations > 0)
        last.scan.utf8 = false;
    if (last.after_cr) {
        last.scan.bare_cr++;
        count_in_line(&last, '\r');
    }
    end_line(&last);
    return last.scan;
}

int mime_scan_blob(struct mime_scan *scan, const struct mime_blob *blob, struct mailer_error *error)
{
    *scan = (struct mime_scan){0};
    /* No larger than is needed: for most texts that is far less. */
    uint64_t size = mime_blob_size(blob);
    size_t room = size < BLOCK_SIZE ? (size_t)size + 1 : BLOCK_SIZE;
    char *block = malloc(room);
    if (block == NULL)
        return error_set_memory(error);
    struct mime_scanner scanner = mime_scanner_start();
    int result = 0;
    size_t got = 0;
    do {
        result = mime_blob_read(blob, scanner.scan.size, block, room, &got, error);
        mime_scanner_add(&scanner, block, got);
    } while (result == 0 && got > 0);
    free(block);
    if (result == 0)
        *scan = mime_scanner_finish(&scanner);
    return result;
}

/* Runs the codec over all of a block, and its end when it is the last; gives what came out. */
static uint64_t run_codec(struct mime_codec *codec, const char *block, size_t size, bool last,
                          char *scratch)
{
    uint64_t produced = 0;
    while (last ? !codec->finished : size > 0) {
        struct mime_codec_step step = mime_codec_run(codec, block, size, last, scratch, BLOCK_SIZE);
        block += step.consumed;
        size -= step.consumed;
        produced += step.produced;
    }
    return produced;
}

int mime_scan_quoted_printable_size(uint64_t *size, const struct mime_blob *blob,
                                    struct mailer_error *error)
{
    *size = 0;
    char *block = malloc(2 * BLOCK_SIZE);
    if (block == NULL)
        return error_set_memory(error);
    struct mime_codec codec = mime_codec_start(MIME_CODEC_QUOTED_PRINTABLE);
    uint64_t offset = 0;
    uint64_t produced = 0;
    int result = 0;
    size_t got = 0;
    do {
        result = mime_blob_read(blob, offset, block, BLOCK_SIZE, &got, error);
        if (result == 0)
            produced += run_codec(&codec, block, got, got == 0, block + BLOCK_SIZE);
        offset += got;
    } while (result == 0 && got > 0);
    free(block);
    if (result == 0)
        *size = produced;
    return result;
}
