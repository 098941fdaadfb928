/* SPDX-License-Identifier: ISC */
#include "content/detect.h"

#include "content/charset.h"
#include "content/extension.h"
#include "content/scan.h"
#include "library.h"
#include "text.h"

#include <magic.h>
#include <stdlib.h>
#include <string.h>

/* What is looked at, in steps, and how much of that libmagic sees: text takes it the longer the
 * more there is, and what it knows lies at the beginning. */
enum {
    SAMPLE_SIZE = 64 * 1024,
    SAMPLE_STEP = 4 * 1024,
    MAGIC_TEXT_SIZE = 4 * 1024,
    MAGIC_OCTETS_SIZE = 16 * 1024
};

/* How deep libmagic may follow formats inside of formats. */
enum { MAGIC_DEPTH = 10 };

static const char octets_type[] = "application/octet-stream";
static const char text_type[] = "text/plain";
static const char zip_type[] = "application/zip";
static const char ole_type[] = "application/x-ole-storage";

struct magic_functions {
    __typeof__(magic_open) *open;
    __typeof__(magic_close) *close;
    __typeof__(magic_getpath) *getpath;
    __typeof__(magic_load) *load;
    __typeof__(magic_setparam) *setparam;
    __typeof__(magic_buffer) *buffer;
};

struct mime_detector {
    struct magic_functions magic;
    magic_t handle; /* NULL: not opened yet, or not to be had */
    bool tried;
    char sample[SAMPLE_SIZE];
};

/* What can be said without libmagic. */
struct look {
    const char *bytes;
    size_t size;
    bool text;
    const char *signature; /* a type whose first octets these are, or NULL */
};

int mime_detector_new(struct mime_detector **detector, struct mailer_error *error)
{
    *detector = malloc(sizeof **detector);
    if (*detector == NULL)
        return error_set_memory(error);
    (*detector)->handle = NULL;
    (*detector)->tried = false;
    return 0;
}

void mime_detector_free(struct mime_detector *detector)
{
    if (detector != NULL && detector->handle != NULL)
        detector->magic.close(detector->handle);
    free(detector);
}

/* Opens libmagic once; when that fails, it is done without. */
static void open_magic(struct mime_detector *detector)
{
    static const struct library_symbol symbols[] = {
        {"magic_open", offsetof(struct magic_functions, open)},
        {"magic_close", offsetof(struct magic_functions, close)},
        {"magic_getpath", offsetof(struct magic_functions, getpath)},
        {"magic_load", offsetof(struct magic_functions, load)},
        {"magic_setparam", offsetof(struct magic_functions, setparam)},
        {"magic_buffer", offsetof(struct magic_functions, buffer)},
    };
    if (detector->tried)
        return;
    detector->tried = true;
    struct magic_functions *magic = &detector->magic;
    if (library_load("libmagic.so.1", symbols, sizeof symbols / sizeof *symbols, magic, NULL) != 0)
        return;
    /* Nothing is unpacked, and the parsers with a history of faults are left out. Its guess of CSV
     * takes any text with commas for it. */
    magic_t handle = magic->open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF |
                                 MAGIC_NO_CHECK_CDF | MAGIC_NO_CHECK_CSV | MAGIC_NO_CHECK_TOKENS |
                                 MAGIC_NO_CHECK_APPTYPE);
    if (handle == NULL)
        return;
    const size_t depth = MAGIC_DEPTH;
    magic->setparam(handle, MAGIC_PARAM_INDIR_MAX, &depth);
    /* Any action but 0, which is loading, gives the database of the system; for loading it would
     * be one in the home directory of whoever runs us. */
    if (magic->load(handle, magic->getpath(NULL, 1)) == 0)
        detector->handle = handle;
    else
        magic->close(handle);
}

static const char *find_signature(const char *bytes, size_t size)
{
    static const struct {
        const char *type;
        size_t offset;
        size_t length;
        const char *octets;
    } signatures[] = {
        {"image/png", 0, 8, "\x89PNG\r\n\x1A\n"},
        {"image/jpeg", 0, 3, "\xFF\xD8\xFF"},
        {"image/gif", 0, 6, "GIF87a"},
        {"image/gif", 0, 6, "GIF89a"},
        {"image/tiff", 0, 4, "II*\0"},
        {"image/tiff", 0, 4, "MM\0*"},
        {"application/pdf", 0, 5, "%PDF-"},
        {"application/postscript", 0, 4, "%!PS"},
        {"text/rtf", 0, 5, "{\\rtf"},
        {"application/gzip", 0, 2, "\x1F\x8B"},
        {"application/x-bzip2", 4, 6, "1AY&SY"},
        {"application/x-xz", 0, 6, "\xFD\x37zXZ\0"},
        {"application/x-7z-compressed", 0, 6, "7z\xBC\xAF\x27\x1C"},
        {zip_type, 0, 4, "PK\3\4"},
        {zip_type, 0, 4, "PK\5\6"},
        {ole_type, 0, 8, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"},
    };
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++)
        if (size >= signatures[i].offset + signatures[i].length &&
            memcmp(bytes + signatures[i].offset, signatures[i].octets, signatures[i].length) == 0)
            return signatures[i].type;
    return NULL;
}

/* Text has no control characters. What is not UTF-8 may still be text of another charset, if it is
 * mostly ASCII or has lines. The scan is not finished, as the sample may end inside a character. */
static bool is_text(const char *bytes, size_t size, bool whole)
{
    if (mime_charset_of_wide_text(bytes, size) != NULL)
        return true;
    struct mime_scanner scanner = mime_scanner_start();
    for (size_t i = 0; i < size; i += SAMPLE_STEP) {
        mime_scanner_add(&scanner, bytes + i, size - i < SAMPLE_STEP ? size - i : SAMPLE_STEP);
        if (scanner.scan.nul_octets + scanner.scan.control_octets > 0)
            return false;
    }
    struct mime_scan scan = mime_scanner_finish(&scanner);
    bool utf8 = whole ? scan.utf8 : scanner.scan.utf8;
    return utf8 || scan.high_octets <= size / 2 || scan.longest_line < 1000;
}

static bool begins_as_xml(const struct look *look)
{
    size_t i = mime_charset_mark(look->bytes, look->size, NULL).size;
    /* There is NUL in text of UTF-16 and UTF-32 only. */
    while (i < look->size && memchr(" \t\r\n\0", look->bytes[i], 5) != NULL)
        i++;
    return look->text && i < look->size && look->bytes[i] == '<';
}

/* Whether content is such that the extension may be believed. */
static bool fits(const struct mime_extension *extension, const struct look *look)
{
    const char *signature = look->signature;
    switch (extension->basis) {
    case MIME_EXTENSION_SIGNATURE:
        return signature != NULL && strcmp(signature, extension->type) == 0;
    case MIME_EXTENSION_TEXT:
        return signature == NULL && look->text;
    case MIME_EXTENSION_XML:
        return begins_as_xml(look);
    case MIME_EXTENSION_ZIP:
        return signature != NULL && strcmp(signature, zip_type) == 0;
    case MIME_EXTENSION_OLE:
        return signature != NULL && strcmp(signature, ole_type) == 0;
    case MIME_EXTENSION_OCTETS:
        return signature == NULL && !look->text;
    }
    return false;
}

/* Whether name and octets agree so well that nothing else need be asked. */
static bool settles(const struct mime_extension *extension, const struct look *look)
{
    return (extension->basis == MIME_EXTENSION_SIGNATURE ||
            extension->basis == MIME_EXTENSION_TEXT) &&
           fits(extension, look);
}

/* Whether it is "type/subtype" of characters that RFC 6838 (4.2) has for them, and fits. */
static bool is_media_type(const char *type)
{
    size_t slashes = 0;
    size_t i = 0;
    for (; type[i] != '\0' && i < MIME_TYPE_SIZE; i++) {
        char c = type[i];
        bool first = i == 0 || type[i - 1] == '/';
        if (c == '/' && !first)
            slashes++;
        else if (!text_is_letter(c) && !text_is_digit(c) &&
                 (first || strchr("!#$&-^_.+", c) == NULL))
            return false;
    }
    return slashes == 1 && i < MIME_TYPE_SIZE && type[i - 1] != '/';
}

static bool begins_with(const char *type, const char *prefix)
{
    return strncmp(type, prefix, strlen(prefix)) == 0;
}

/* Makes of what libmagic says, or NULL, something to be sent. */
static const char *correct(const char *found, const struct look *look)
{
    static const struct {
        const char *found;
        const char *type;
    } better[] = {
        {"application/x-gzip", "application/gzip"},
        {"application/x-zip-compressed", zip_type},
        {"application/CDFV2", ole_type},
        {"image/x-ms-bmp", "image/bmp"},
        {"text/xml", "application/xml"}, /* which keeps its own charset (RFC 7303) */
    };
    const char *vague = look->signature != NULL ? look->signature
                        : look->text            ? text_type
                                                : octets_type;
    /* A text that looks like a mail is no mail: that has a form (RFC 2046 5.2.1) and is encoded in
     * other ways. And an inode is something on this disk. */
    if (found == NULL || !is_media_type(found) || begins_with(found, "message/") ||
        begins_with(found, "multipart/") || begins_with(found, "inode/") ||
        strcmp(found, octets_type) == 0)
        return vague;
    /* What it thinks that a text is written in is too often wrong, and helps nobody. */
    if (look->text && (begins_with(found, "text/x-") || begins_with(found, "application/x-")))
        return text_type;
    if (!look->text && begins_with(found, "text/"))
        return octets_type;
    for (size_t i = 0; i < sizeof better / sizeof *better; i++)
        if (strcmp(found, better[i].found) == 0)
            return better[i].type;
    return found;
}

/* Whether a type leaves open what it is. */
static bool is_vague(const char *type)
{
    static const char *const vague[] = {octets_type, text_type,         zip_type,
                                        ole_type,    "application/xml", "font/sfnt"};
    for (size_t i = 0; i < sizeof vague / sizeof *vague; i++)
        if (strcmp(type, vague[i]) == 0)
            return true;
    return false;
}

static const char *ask_magic(struct mime_detector *detector, const struct look *look)
{
    open_magic(detector);
    if (detector->handle == NULL)
        return look->signature;
    size_t most = look->text ? MAGIC_TEXT_SIZE : MAGIC_OCTETS_SIZE;
    return detector->magic.buffer(detector->handle, look->bytes,
                                  look->size < most ? look->size : most);
}

int mime_detect(struct mime_detector *detector, const struct mime_blob *blob, const char *name,
                char type[static MIME_TYPE_SIZE], struct mailer_error *error)
{
    type[0] = '\0';
    size_t size = 0;
    int result = mime_blob_read(blob, 0, detector->sample, SAMPLE_SIZE, &size, error);
    if (result != 0)
        return result;
    struct look look = {.bytes = detector->sample, .size = size};
    look.text = is_text(look.bytes, size, size == mime_blob_size(blob));
    look.signature = find_signature(look.bytes, size);
    const struct mime_extension *extension = mime_extension_find(name);
    const char *found = text_type;
    /* A mail is never that, though a text may be called so. */
    if (extension != NULL && begins_with(extension->type, "message/") &&
        mime_charset_of_wide_text(look.bytes, size) != NULL)
        extension = NULL;
    if (extension != NULL && settles(extension, &look)) {
        found = extension->type;
    } else if (size > 0) {
        found = correct(ask_magic(detector, &look), &look);
        if (extension != NULL && is_vague(found) && fits(extension, &look))
            found = extension->type;
    }
    memcpy(type, found, strlen(found) + 1);
    return 0;
}
