/* SPDX-License-Identifier: ISC */
#include "content/extension.h"

#include "text.h"

#include <string.h>

/* In the order of the alphabet. Formats that libmagic tells apart without fail, such as most of
 * images, sound and film, are here only to spare the commonest of them a call of it. */
static const struct mime_extension extensions[] = {
    {"aac", "audio/aac", MIME_EXTENSION_OCTETS},
    {"avif", "image/avif", MIME_EXTENSION_OCTETS},
    {"cfg", "text/plain", MIME_EXTENSION_TEXT},
    {"conf", "text/plain", MIME_EXTENSION_TEXT},
    {"css", "text/css", MIME_EXTENSION_TEXT},
    {"csv", "text/csv", MIME_EXTENSION_TEXT},
    {"diff", "text/x-diff", MIME_EXTENSION_TEXT},
    {"doc", "application/msword", MIME_EXTENSION_OLE},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
     MIME_EXTENSION_ZIP},
    {"eml", "message/rfc822", MIME_EXTENSION_TEXT},
    {"epub", "application/epub+zip", MIME_EXTENSION_ZIP},
    {"gif", "image/gif", MIME_EXTENSION_SIGNATURE},
    {"gz", "application/gzip", MIME_EXTENSION_SIGNATURE},
    {"heic", "image/heic", MIME_EXTENSION_OCTETS},
    {"heif", "image/heif", MIME_EXTENSION_OCTETS},
    {"htm", "text/html", MIME_EXTENSION_TEXT},
    {"html", "text/html", MIME_EXTENSION_TEXT},
    {"ics", "text/calendar", MIME_EXTENSION_TEXT},
    {"ini", "text/plain", MIME_EXTENSION_TEXT},
    {"jar", "application/java-archive", MIME_EXTENSION_ZIP},
    {"jpeg", "image/jpeg", MIME_EXTENSION_SIGNATURE},
    {"jpg", "image/jpeg", MIME_EXTENSION_SIGNATURE},
    {"js", "text/javascript", MIME_EXTENSION_TEXT},
    {"json", "application/json", MIME_EXTENSION_TEXT},
    {"log", "text/plain", MIME_EXTENSION_TEXT},
    {"markdown", "text/markdown", MIME_EXTENSION_TEXT},
    {"md", "text/markdown", MIME_EXTENSION_TEXT},
    {"mp3", "audio/mpeg", MIME_EXTENSION_OCTETS},
    {"msg", "application/vnd.ms-outlook", MIME_EXTENSION_OLE},
    {"odp", "application/vnd.oasis.opendocument.presentation", MIME_EXTENSION_ZIP},
    {"ods", "application/vnd.oasis.opendocument.spreadsheet", MIME_EXTENSION_ZIP},
    {"odt", "application/vnd.oasis.opendocument.text", MIME_EXTENSION_ZIP},
    {"otf", "font/otf", MIME_EXTENSION_OCTETS},
    {"patch", "text/x-diff", MIME_EXTENSION_TEXT},
    {"pdf", "application/pdf", MIME_EXTENSION_SIGNATURE},
    {"png", "image/png", MIME_EXTENSION_SIGNATURE},
    {"ppt", "application/vnd.ms-powerpoint", MIME_EXTENSION_OLE},
    {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation",
     MIME_EXTENSION_ZIP},
    {"svg", "image/svg+xml", MIME_EXTENSION_XML},
    {"tgz", "application/gzip", MIME_EXTENSION_SIGNATURE},
    {"tsv", "text/tab-separated-values", MIME_EXTENSION_TEXT},
    {"ttf", "font/ttf", MIME_EXTENSION_OCTETS},
    {"txt", "text/plain", MIME_EXTENSION_TEXT},
    {"vcf", "text/vcard", MIME_EXTENSION_TEXT},
    {"webp", "image/webp", MIME_EXTENSION_OCTETS},
    {"woff", "font/woff", MIME_EXTENSION_OCTETS},
    {"woff2", "font/woff2", MIME_EXTENSION_OCTETS},
    {"xls", "application/vnd.ms-excel", MIME_EXTENSION_OLE},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
     MIME_EXTENSION_ZIP},
    {"xml", "application/xml", MIME_EXTENSION_XML},
};

const struct mime_extension *mime_extension_find(const char *name)
{
    const char *dot = name != NULL ? strrchr(name, '.') : NULL;
    if (dot == NULL)
        return NULL;
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        if (text_same(dot + 1, extensions[i].extension))
            return &extensions[i];
    return NULL;
}
