/* SPDX-License-Identifier: ISC */
#include "content/detect.h"

#include "content/charset.h"
#include "content/extension.h"
#include "content/scan.h"
#include "content/signature.h"
#include "content/text_form.h"
#include "library.h"
#include "text.h"

#include <magic.h>
#include <stdlib.h>
#include <string.h>

/* What is looked at, in steps small enough to be done soon with what is no text, and how much of
 * that libmagic sees: text takes it the longer the more there is, and what it knows lies at the
 * beginning. */
enum {
    SAMPLE_SIZE = 64 * 1024,
    SAMPLE_STEP = 256,
    MAGIC_TEXT_SIZE = 4 * 1024,
    MAGIC_OCTETS_SIZE = 16 * 1024
};

/* How deep libmagic may follow formats inside of formats. */
enum { MAGIC_DEPTH = 10 };

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

struct look {
    const char *bytes;
    size_t size;
    bool whole; /* there is nothing behind them */
    bool text;
    bool wide;             /* text of UTF-16 or UTF-32, of which bytes holds what is not NUL */
    const char *signature; /* the type that its first octets are the signature of, or NULL */
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

static bool same(const char *one, const char *other)
{
    return one != NULL && other != NULL && strcmp(one, other) == 0;
}

/* Whether the extension may be believed of content that seems to be of a type. */
static bool believes(const struct mime_extension *extension, const char *type,
                     const struct look *look)
{
    if (extension == NULL)
        return false;
    if (look->text && look->signature == NULL && same(extension->basis, MIME_TYPE_ANY_TEXT))
        return true;
    /* A tag makes text XML or HTML, if its name says so, but nothing that XML only may be. */
    if (same(type, MIME_TYPE_MARKUP))
        return same(extension->basis, MIME_TYPE_MARKUP) ||
               mime_extension_refines(extension, MIME_TYPE_TEXT);
    if (same(type, MIME_TYPE_ENCRYPTED))
        return mime_extension_refines(extension, MIME_TYPE_ZIP);
    return mime_extension_refines(extension, type);
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

/* Whether it is a picture, sound or film of a kind that nobody's mail program shows. What libmagic
 * knows of those are two octets or fewer, which other files have by chance. */
static bool is_obscure_medium(const char *type)
{
    bool is_medium =
        begins_with(type, "image/") || begins_with(type, "audio/") || begins_with(type, "video/");
    return is_medium && mime_extension_of_type(type) == NULL;
}

/* Makes of what libmagic says, or NULL, something to be sent. */
static const char *correct(const char *found, const struct look *look)
{
    static const struct {
        const char *found;
        const char *type;
    } better[] = {
        {"application/x-gzip", "application/gzip"},
        {"application/x-zip-compressed", MIME_TYPE_ZIP},
        {"application/CDFV2", MIME_TYPE_OLE},
        {"image/x-ms-bmp", "image/bmp"},
        {"audio/x-wav", "audio/wav"},
        {"text/javascript", MIME_TYPE_TEXT}, /* any words like those of a program */
        {MIME_TYPE_MARKUP, MIME_TYPE_XML},   /* which keeps its own charset (RFC 7303) */
    };
    const char *vague = look->text ? MIME_TYPE_TEXT : MIME_TYPE_OCTETS;
    /* A text that looks like a mail is no mail: that has a form (RFC 2046 5.2.1) and is encoded in
     * other ways. And an inode is something on this disk. */
    if (found == NULL || !is_media_type(found) || begins_with(found, "message/") ||
        begins_with(found, "multipart/") || begins_with(found, "inode/") ||
        same(found, MIME_TYPE_OCTETS))
        return vague;
    /* What it thinks that a text is written in is too often wrong, and helps nobody; and what only
     * mentions a format is none. */
    bool of_text = begins_with(found, "text/") && !begins_with(found, "text/x-");
    if (look->text && !of_text && !same(found, "image/svg+xml"))
        return vague;
    if (!look->text && begins_with(found, "text/"))
        return vague;
    for (size_t i = 0; i < sizeof better / sizeof *better; i++)
        if (same(found, better[i].found))
            return better[i].type;
    return is_obscure_medium(found) ? vague : found;
}

static const char *ask_magic(struct mime_detector *detector, const struct look *look)
{
    open_magic(detector);
    if (detector->handle == NULL)
        return NULL;
    size_t most = look->text ? MAGIC_TEXT_SIZE : MAGIC_OCTETS_SIZE;
    return detector->magic.buffer(detector->handle, look->bytes,
                                  look->size < most ? look->size : most);
}

/* What our own tables say of content that is not empty; NULL when they do not know. */
static const char *find_by_tables(struct look *look)
{
    look->signature = mime_signature_find(look->bytes, look->size, look->text);
    if (look->signature != NULL || !look->text)
        return look->signature;
    return mime_text_form(look->bytes, look->size, look->whole);
}

static const char *find_type(struct mime_detector *detector, struct look *look, const char *name)
{
    const struct mime_extension *extension = mime_extension_find(name);
    /* A mail is never of UTF-16, though a text may be called so. */
    if (extension != NULL && look->wide && begins_with(extension->type, "message/"))
        extension = NULL;
    const char *found = look->size > 0 ? find_by_tables(look) : MIME_TYPE_TEXT;
    bool known = found != NULL && !same(found, MIME_TYPE_MARKUP);
    if (found == NULL)
        found = look->text ? MIME_TYPE_TEXT : MIME_TYPE_OCTETS;
    /* That octets are nothing which we know makes them not yet what their name says. */
    if ((known || look->text) && believes(extension, found, look))
        return extension->type;
    if (!known) {
        found = correct(ask_magic(detector, look), look);
        if (believes(extension, found, look))
            return extension->type;
    }
    return same(found, MIME_TYPE_ENCRYPTED) ? MIME_TYPE_OLE : found;
}

/* Makes of text in UTF-16 or UTF-32 something in which US-ASCII can be looked for. @return its
 * size.
 */
static size_t narrow(char *bytes, size_t size)
{
    size_t kept = 0;
    for (size_t i = mime_charset_mark(bytes, size, NULL).size; i < size; i++)
        if (bytes[i] != '\0')
            bytes[kept++] = bytes[i];
    return kept;
}

int mime_detect(struct mime_detector *detector, const struct mime_blob *blob, const char *name,
                char type[static MIME_TYPE_SIZE], struct mailer_error *error)
{
    type[0] = '\0';
    struct look look = {.bytes = detector->sample};
    int result = mime_blob_read(blob, 0, detector->sample, SAMPLE_SIZE, &look.size, error);
    if (result != 0)
        return result;
    look.whole = look.size == mime_blob_size(blob);
    look.text = is_text(look.bytes, look.size, look.whole);
    look.wide = mime_charset_of_wide_text(look.bytes, look.size) != NULL;
    if (look.wide)
        look.size = narrow(detector->sample, look.size);
    const char *found = find_type(detector, &look, name);
    memcpy(type, found, strlen(found) + 1);
    return 0;
}
