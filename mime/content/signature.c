/* SPDX-License-Identifier: ISC */
#include "content/signature.h"

#include "content/container.h"
#include "content/extension.h"

#include <string.h>

/* Acrobat and those that do as it does find the beginning of a PDF within this. */
enum { PDF_GARBAGE = 1024 };

/* Within which a Matroska file says what it is. */
enum { MATROSKA_HEADER = 64 };

struct stretch {
    size_t offset;
    size_t length;
    const char *octets;
};

/* Whether a text may begin with it. */
enum distinct { DISTINCT, LETTERS };

struct signature {
    const char *type;
    enum distinct distinct;
    struct stretch first, second;
};

#define AT(offset, octets)                                                                         \
    {                                                                                              \
        offset, sizeof octets - 1, octets                                                          \
    }
#define ALONE                                                                                      \
    {                                                                                              \
        0, 0, ""                                                                                   \
    }

/* The first that fits is taken. */
static const struct signature signatures[] = {
    {"image/png", DISTINCT, AT(0, "\x89PNG\r\n\x1A\n"), ALONE},
    {"image/jpeg", DISTINCT, AT(0, "\xFF\xD8\xFF"), ALONE},
    {"image/gif", LETTERS, AT(0, "GIF87a"), ALONE},
    {"image/gif", LETTERS, AT(0, "GIF89a"), ALONE},
    {"image/webp", LETTERS, AT(0, "RIFF"), AT(8, "WEBP")},
    {"image/jxl", DISTINCT, AT(0, "\0\0\0\x0CJXL \r\n\x87\n"), ALONE},
    {"image/jp2", DISTINCT, AT(0, "\0\0\0\x0CjP  \r\n\x87\n"), AT(16, "ftypjp2 ")},
    {"image/bmp", LETTERS, AT(0, "BM"), AT(6, "\0\0\0\0")},
    {"image/vnd.adobe.photoshop", LETTERS, AT(0, "8BPS\0"), ALONE},
    {"application/pdf", DISTINCT, AT(0, "%PDF-"), ALONE},
    {"application/postscript", DISTINCT, AT(0, "%!PS"), ALONE},
    {"application/postscript", DISTINCT, AT(0, "\xC5\xD0\xD3\xC6"), ALONE},
    {"text/rtf", DISTINCT, AT(0, "{\\rtf"), ALONE},
    {"application/gzip", DISTINCT, AT(0, "\x1F\x8B\x08"), ALONE},
    {"application/x-bzip2", DISTINCT, AT(0, "BZh"), AT(4, "1AY&SY")},
    {"application/x-bzip2", DISTINCT, AT(0, "BZh"), AT(4, "\x17\x72\x45\x38\x50\x90")},
    {"application/x-xz", DISTINCT, AT(0, "\xFD\x37zXZ\0"), ALONE},
    {"application/zstd", DISTINCT, AT(0, "\x28\xB5\x2F\xFD"), ALONE},
    {"application/x-7z-compressed", DISTINCT, AT(0, "7z\xBC\xAF\x27\x1C"), ALONE},
    {"application/vnd.rar", DISTINCT, AT(0, "Rar!\x1A\x07"), ALONE},
    {"application/vnd.ms-cab-compressed", LETTERS, AT(0, "MSCF\0\0\0\0"), ALONE},
    {"application/x-tar", LETTERS, AT(257, "ustar\0"), ALONE},
    {"application/x-tar", LETTERS, AT(257, "ustar  \0"), ALONE},
    {"font/woff", LETTERS, AT(0, "wOFF"), ALONE},
    {"font/woff2", LETTERS, AT(0, "wOF2"), ALONE},
    {"font/otf", LETTERS, AT(0, "OTTO\0"), ALONE},
    {"font/collection", LETTERS, AT(0, "ttcf\0"), ALONE},
    {"font/ttf", LETTERS, AT(0, "true\0"), ALONE},
    {"audio/mpeg", LETTERS, AT(0, "ID3"), AT(4, "\0")},
    {"audio/flac", LETTERS, AT(0, "fLaC"), ALONE},
    {"audio/ogg", LETTERS, AT(0, "OggS"), AT(28, "OpusHead")},
    {"audio/ogg", LETTERS, AT(0, "OggS"), AT(28, "\x01vorbis")},
    {"audio/ogg", LETTERS, AT(0, "OggS"),
     AT(28, "\x7F"
            "FLAC")},
    {"audio/ogg", LETTERS, AT(0, "OggS"), AT(28, "Speex   ")},
    {"video/ogg", LETTERS, AT(0, "OggS"), AT(28, "\x80theora")},
    {"application/ogg", LETTERS, AT(0, "OggS"), ALONE},
    {"audio/wav", LETTERS, AT(0, "RIFF"), AT(8, "WAVE")},
    {"video/x-msvideo", LETTERS, AT(0, "RIFF"), AT(8, "AVI ")},
    {"audio/aiff", LETTERS, AT(0, "FORM"), AT(8, "AIFF")},
    {"audio/aiff", LETTERS, AT(0, "FORM"), AT(8, "AIFC")},
    {"audio/midi", LETTERS, AT(0, "MThd\0\0\0\6"), ALONE},
    {"audio/amr", DISTINCT, AT(0, "#!AMR\n"), ALONE},
    {"video/x-ms-asf", DISTINCT, AT(0, "\x30\x26\xB2\x75\x8E\x66\xCF\x11"), ALONE},
    {"video/mpeg", DISTINCT, AT(0, "\0\0\1\xBA"), ALONE},
    {"video/mpeg", DISTINCT, AT(0, "\0\0\1\xB3"), ALONE},
    {"video/quicktime", LETTERS, AT(4, "moov"), AT(0, "\0")},
    {"video/quicktime", LETTERS, AT(4, "wide"), AT(0, "\0\0\0\x08")},
    {"application/vnd.sqlite3", LETTERS, AT(0, "SQLite format 3\0"), ALONE},
    {"application/vnd.apache.parquet", LETTERS, AT(0, "PAR1"), ALONE},
    {"application/vnd.apache.arrow.file", LETTERS, AT(0, "ARROW1\0\0"), ALONE},
    {"application/dicom", LETTERS, AT(128, "DICM"), ALONE},
    {"application/wasm", DISTINCT, AT(0, "\0asm"), ALONE},
    {"application/x-executable", DISTINCT,
     AT(0, "\x7F"
           "ELF"),
     ALONE},
    {"application/vnd.microsoft.portable-executable", LETTERS, AT(0, "MZ"), AT(64, "\x0E\x1F\xBA")},
};

/* Formats that hold others, and who tells which. */
static const struct {
    struct stretch start;
    const char *(*find_type)(const char *bytes, size_t size);
} containers[] = {
    {AT(0, "PK\3\4"), mime_container_zip},
    {AT(0, "PK\5\6"), mime_container_zip},
    {AT(0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), mime_container_ole},
    {AT(4, "ftyp"), mime_container_film},
};

static bool is_at(const struct stretch *stretch, const char *bytes, size_t size)
{
    return size >= stretch->offset + stretch->length &&
           memcmp(bytes + stretch->offset, stretch->octets, stretch->length) == 0;
}

/* Some programs write a header of HTTP or empty lines in front of a PDF. A NUL there is of another
 * format that has a PDF inside; and text is about a PDF, if there is more than space. */
static bool is_late_pdf(const char *bytes, size_t size, bool text)
{
    static const char start[] = "%PDF-";
    for (size_t i = 0; i < PDF_GARBAGE && i + sizeof start - 1 <= size; i++) {
        if (memcmp(bytes + i, start, sizeof start - 1) == 0)
            return true;
        if (bytes[i] == '\0' || (text && memchr(" \t\r\n\xEF\xBB\xBF", bytes[i], 7) == NULL))
            return false;
    }
    return false;
}

/* The length of a frame of MPEG audio, layer III, by its header; 0 when it is none. */
static size_t mp3_frame(const unsigned char *header)
{
    static const unsigned short rates[2][14] = {
        {8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
        {32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
    };
    static const unsigned short samples[] = {44100, 48000, 32000};
    unsigned version = header[1] >> 3 & 3; /* 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5 */
    unsigned rate = header[2] >> 4;
    unsigned sample = header[2] >> 2 & 3;
    bool layer_3 = (header[1] >> 1 & 3) == 1;
    if (header[0] != 0xFF || header[1] < 0xE0 || version == 1 || !layer_3 || rate == 0 ||
        rate == 15 || sample == 3)
        return 0;
    bool first = version == 3;
    size_t per_second = first ? samples[sample] : samples[sample] / (version == 2 ? 2u : 4u);
    size_t bits = (size_t)rates[first][rate - 1] * 1000;
    return (first ? 144 : 72) * bits / per_second + (header[2] >> 1 & 1);
}

/* The length of a frame of AAC in ADTS, or 0. */
static size_t aac_frame(const unsigned char *header)
{
    if (header[0] != 0xFF || (header[1] & 0xF6) != 0xF0 || (header[2] >> 2 & 15) > 12)
        return 0;
    size_t length = (size_t)(header[3] & 3) << 11 | (size_t)header[4] << 3 | header[5] >> 5;
    return length >= 7 ? length : 0;
}

/* Whether there are three frames, one right behind the other. */
static bool has_frames(const char *bytes, size_t size, size_t (*frame)(const unsigned char *))
{
    enum { HEADER = 6, FRAMES = 3 };
    size_t at = 0;
    for (int i = 0; i < FRAMES; i++) {
        size_t length = size - at >= HEADER ? frame((const unsigned char *)bytes + at) : 0;
        if (length == 0 || length > size - at)
            return false;
        at += length;
    }
    return true;
}

static bool holds(const char *bytes, size_t size, const char *words)
{
    size_t length = strlen(words);
    for (size_t i = 0; i + length <= size; i++)
        if (memcmp(bytes + i, words, length) == 0)
            return true;
    return false;
}

/* What cannot be said by a table. */
static const char *find_by_looking(const char *bytes, size_t size, bool text)
{
    static const struct stretch matroska = AT(0, "\x1A\x45\xDF\xA3");
    static const struct stretch true_type = AT(0, "\0\1\0\0\0");
    size_t head = size < MATROSKA_HEADER ? size : MATROSKA_HEADER;
    if (is_late_pdf(bytes, size, text))
        return "application/pdf";
    if (text)
        return NULL;
    if (is_at(&matroska, bytes, size))
        return holds(bytes, head, "webm") ? "video/webm" : "video/matroska";
    /* The tables of a font are called by four letters, of which the first is by far most often
     * one of these. */
    if (is_at(&true_type, bytes, size) && size > 16 &&
        strchr("ABCDEFGHIJKLMNOPSTVZcfghklmnpv", bytes[12]) != NULL)
        return "font/ttf";
    if (has_frames(bytes, size, mp3_frame))
        return "audio/mpeg";
    return has_frames(bytes, size, aac_frame) ? "audio/aac" : NULL;
}

const char *mime_signature_find(const char *bytes, size_t size, bool text)
{
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
        const struct signature *signature = &signatures[i];
        if ((signature->distinct == DISTINCT || !text) && is_at(&signature->first, bytes, size) &&
            is_at(&signature->second, bytes, size))
            return signature->type;
    }
    for (size_t i = 0; i < sizeof containers / sizeof *containers; i++)
        if (is_at(&containers[i].start, bytes, size) && !text)
            return containers[i].find_type(bytes, size);
    return find_by_looking(bytes, size, text);
}
