/* SPDX-License-Identifier: ISC */
#include "content/extension.h"

#include "text.h"

#include <string.h>

#define OPEN_XML(kind)      "application/vnd.openxmlformats-officedocument." kind
#define OPEN_DOCUMENT(kind) "application/vnd.oasis.opendocument." kind

/* The usual extension of a type comes before its others. Scripts and program sources are
 * text/plain: hardly one of them has a registered type, readers show text/plain right in the mail
 * and never run it, and what is called application/x-sh is taken for an attack by many filters. */
static const struct mime_extension extensions[] = {
    /* Text. */
    {"txt", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"log", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"cfg", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"conf", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"ini", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"sh", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"bash", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"py", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"pl", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"rb", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"lua", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"awk", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"tcl", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"php", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"ps1", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"bat", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"c", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"h", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"cpp", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"rs", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"go", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"java", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"r", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"tex", MIME_TYPE_TEXT, MIME_TYPE_ANY_TEXT},
    {"md", "text/markdown", MIME_TYPE_ANY_TEXT},
    {"markdown", "text/markdown", MIME_TYPE_ANY_TEXT},
    {"diff", "text/x-diff", MIME_TYPE_ANY_TEXT},
    {"patch", "text/x-diff", MIME_TYPE_ANY_TEXT},
    {"css", "text/css", MIME_TYPE_ANY_TEXT},
    {"js", "text/javascript", MIME_TYPE_ANY_TEXT},
    {"mjs", "text/javascript", MIME_TYPE_ANY_TEXT},
    {"csv", "text/csv", MIME_TYPE_TEXT},
    {"tsv", "text/tab-separated-values", MIME_TYPE_TEXT},
    {"html", "text/html", MIME_TYPE_TEXT},
    {"htm", "text/html", MIME_TYPE_TEXT},
    {"ics", "text/calendar", NULL},
    {"ifb", "text/calendar", NULL},
    {"ics", "application/ics", "text/calendar"},
    {"vcf", "text/vcard", NULL},
    {"vcard", "text/vcard", NULL},
    {"vtt", "text/vtt", NULL},
    {"rtf", "text/rtf", NULL},
    {"eml", "message/rfc822", MIME_TYPE_TEXT},
    {"json", "application/json", MIME_TYPE_TEXT},
    {"geojson", "application/geo+json", "application/json"},
    {"ndjson", "application/x-ndjson", "application/json"},
    {"jsonl", "application/x-ndjson", "application/json"},
    {"yaml", "application/yaml", MIME_TYPE_TEXT},
    {"yml", "application/yaml", MIME_TYPE_TEXT},
    {"toml", "application/toml", MIME_TYPE_TEXT},
    {"sql", "application/sql", MIME_TYPE_TEXT},
    {"asc", "application/pgp-keys", NULL},
    /* XML. */
    {"xml", MIME_TYPE_XML, MIME_TYPE_MARKUP},
    {"svg", "image/svg+xml", MIME_TYPE_XML},
    {"xhtml", "application/xhtml+xml", "text/html"},
    {"xsl", "application/xslt+xml", MIME_TYPE_XML},
    {"atom", "application/atom+xml", MIME_TYPE_XML},
    {"rss", "application/rss+xml", MIME_TYPE_XML},
    {"kml", "application/vnd.google-earth.kml+xml", MIME_TYPE_XML},
    {"gpx", "application/gpx+xml", MIME_TYPE_XML},
    {"mml", "application/mathml+xml", MIME_TYPE_XML},
    /* Pictures. */
    {"png", "image/png", NULL},
    {"jpg", "image/jpeg", NULL},
    {"jpeg", "image/jpeg", NULL},
    {"gif", "image/gif", NULL},
    {"webp", "image/webp", NULL},
    {"heic", "image/heic", "image/heif"},
    {"heics", "image/heic-sequence", "image/heif-sequence"},
    {"heif", "image/heif", NULL},
    {"heifs", "image/heif-sequence", NULL},
    {"avif", "image/avif", NULL},
    {"jxl", "image/jxl", NULL},
    {"jp2", "image/jp2", NULL},
    {"tif", "image/tiff", NULL},
    {"tiff", "image/tiff", NULL},
    {"bmp", "image/bmp", NULL},
    {"ico", "image/vnd.microsoft.icon", NULL},
    {"psd", "image/vnd.adobe.photoshop", NULL},
    /* Sound and film. */
    {"mp3", "audio/mpeg", MIME_TYPE_OCTETS},
    {"aac", "audio/aac", MIME_TYPE_OCTETS},
    {"m4a", "audio/mp4", "video/mp4"},
    {"m4b", "audio/mp4", "video/mp4"},
    {"flac", "audio/flac", NULL},
    {"ogg", "audio/ogg", "application/ogg"},
    {"oga", "audio/ogg", "application/ogg"},
    {"opus", "audio/ogg", "application/ogg"},
    {"wav", "audio/wav", NULL},
    {"aif", "audio/aiff", NULL},
    {"aiff", "audio/aiff", NULL},
    {"amr", "audio/amr", NULL},
    {"mid", "audio/midi", NULL},
    {"midi", "audio/midi", NULL},
    {"mp4", "video/mp4", NULL},
    {"m4v", "video/mp4", NULL},
    {"mov", "video/quicktime", NULL},
    {"3gp", "video/3gpp", "video/mp4"},
    {"3g2", "video/3gpp2", "video/mp4"},
    {"webm", "video/webm", NULL},
    {"mkv", "video/matroska", NULL},
    {"avi", "video/x-msvideo", NULL},
    {"wmv", "video/x-ms-wmv", "video/x-ms-asf"},
    {"wma", "audio/x-ms-wma", "video/x-ms-asf"},
    {"asf", "video/x-ms-asf", NULL},
    {"ogv", "video/ogg", "application/ogg"},
    {"mpg", "video/mpeg", NULL},
    {"mpeg", "video/mpeg", NULL},
    /* Fonts. */
    {"ttf", "font/ttf", "font/sfnt"},
    {"otf", "font/otf", "font/sfnt"},
    {"ttc", "font/collection", NULL},
    {"woff", "font/woff", NULL},
    {"woff2", "font/woff2", NULL},
    /* Documents. */
    {"pdf", "application/pdf", NULL},
    {"ps", "application/postscript", NULL},
    {"eps", "application/postscript", NULL},
    {"epub", "application/epub+zip", MIME_TYPE_ZIP},
    {"doc", "application/msword", MIME_TYPE_OLE},
    {"dot", "application/msword", MIME_TYPE_OLE},
    {"xls", "application/vnd.ms-excel", MIME_TYPE_OLE},
    {"xlt", "application/vnd.ms-excel", MIME_TYPE_OLE},
    {"ppt", "application/vnd.ms-powerpoint", MIME_TYPE_OLE},
    {"pps", "application/vnd.ms-powerpoint", MIME_TYPE_OLE},
    {"msg", "application/vnd.ms-outlook", MIME_TYPE_OLE},
    {"vsd", "application/vnd.visio", MIME_TYPE_OLE},
    {"pub", "application/vnd.ms-publisher", MIME_TYPE_OLE},
    {"mpp", "application/vnd.ms-project", MIME_TYPE_OLE},
    {"msi", "application/x-msi", MIME_TYPE_OLE},
    {"docx", OPEN_XML("wordprocessingml.document"), MIME_TYPE_ZIP},
    {"dotx", OPEN_XML("wordprocessingml.template"), OPEN_XML("wordprocessingml.document")},
    {"docm", "application/vnd.ms-word.document.macroEnabled.12",
     OPEN_XML("wordprocessingml.document")},
    {"dotm", "application/vnd.ms-word.template.macroEnabled.12",
     "application/vnd.ms-word.document.macroEnabled.12"},
    {"xlsx", OPEN_XML("spreadsheetml.sheet"), MIME_TYPE_ZIP},
    {"xltx", OPEN_XML("spreadsheetml.template"), OPEN_XML("spreadsheetml.sheet")},
    {"xlsm", "application/vnd.ms-excel.sheet.macroEnabled.12", OPEN_XML("spreadsheetml.sheet")},
    {"xltm", "application/vnd.ms-excel.template.macroEnabled.12",
     "application/vnd.ms-excel.sheet.macroEnabled.12"},
    {"xlam", "application/vnd.ms-excel.addin.macroEnabled.12",
     "application/vnd.ms-excel.sheet.macroEnabled.12"},
    {"xlsb", "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
     OPEN_XML("spreadsheetml.sheet")},
    {"pptx", OPEN_XML("presentationml.presentation"), MIME_TYPE_ZIP},
    {"ppsx", OPEN_XML("presentationml.slideshow"), OPEN_XML("presentationml.presentation")},
    {"potx", OPEN_XML("presentationml.template"), OPEN_XML("presentationml.presentation")},
    {"pptm", "application/vnd.ms-powerpoint.presentation.macroEnabled.12",
     OPEN_XML("presentationml.presentation")},
    {"ppsm", "application/vnd.ms-powerpoint.slideshow.macroEnabled.12",
     "application/vnd.ms-powerpoint.presentation.macroEnabled.12"},
    {"vsdx", "application/vnd.ms-visio.drawing", MIME_TYPE_ZIP},
    {"odt", OPEN_DOCUMENT("text"), MIME_TYPE_ZIP},
    {"ott", OPEN_DOCUMENT("text-template"), MIME_TYPE_ZIP},
    {"ods", OPEN_DOCUMENT("spreadsheet"), MIME_TYPE_ZIP},
    {"ots", OPEN_DOCUMENT("spreadsheet-template"), MIME_TYPE_ZIP},
    {"odp", OPEN_DOCUMENT("presentation"), MIME_TYPE_ZIP},
    {"otp", OPEN_DOCUMENT("presentation-template"), MIME_TYPE_ZIP},
    {"odg", OPEN_DOCUMENT("graphics"), MIME_TYPE_ZIP},
    {"odf", OPEN_DOCUMENT("formula"), MIME_TYPE_ZIP},
    {"odb", OPEN_DOCUMENT("base"), MIME_TYPE_ZIP},
    {"xps", "application/vnd.ms-xpsdocument", MIME_TYPE_ZIP},
    {"3mf", "model/3mf", MIME_TYPE_ZIP},
    /* Archives. */
    {"zip", MIME_TYPE_ZIP, NULL},
    {"jar", "application/java-archive", MIME_TYPE_ZIP},
    {"apk", "application/vnd.android.package-archive", "application/java-archive"},
    {"kmz", "application/vnd.google-earth.kmz", MIME_TYPE_ZIP},
    {"gz", "application/gzip", NULL},
    {"tgz", "application/gzip", NULL},
    {"bz2", "application/x-bzip2", NULL},
    {"xz", "application/x-xz", NULL},
    {"zst", "application/zstd", NULL},
    {"7z", "application/x-7z-compressed", NULL},
    {"rar", "application/vnd.rar", NULL},
    {"tar", "application/x-tar", NULL},
    {"cab", "application/vnd.ms-cab-compressed", NULL},
    /* Data and programs. */
    {"sqlite", "application/vnd.sqlite3", NULL},
    {"db", "application/vnd.sqlite3", NULL},
    {"parquet", "application/vnd.apache.parquet", NULL},
    {"arrow", "application/vnd.apache.arrow.file", NULL},
    {"dcm", "application/dicom", MIME_TYPE_OCTETS},
    {"wasm", "application/wasm", NULL},
    {"exe", "application/vnd.microsoft.portable-executable", NULL},
    {"dll", "application/vnd.microsoft.portable-executable", NULL},
    {"p7s", "application/pkcs7-signature", MIME_TYPE_OCTETS},
    {"p7m", "application/pkcs7-mime", MIME_TYPE_OCTETS},
    {"p12", "application/pkcs12", MIME_TYPE_OCTETS},
    {"pfx", "application/pkcs12", MIME_TYPE_OCTETS},
    {"cer", "application/pkix-cert", MIME_TYPE_OCTETS},
    {"crl", "application/pkix-crl", MIME_TYPE_OCTETS},
};

enum { EXTENSION_COUNT = sizeof extensions / sizeof *extensions };

const struct mime_extension *mime_extension_find(const char *name)
{
    const char *dot = name != NULL ? strrchr(name, '.') : NULL;
    if (dot == NULL)
        return NULL;
    for (size_t i = 0; i < EXTENSION_COUNT; i++)
        if (text_same(dot + 1, extensions[i].extension))
            return &extensions[i];
    return NULL;
}

static const struct mime_extension *find_type(const char *type, size_t length)
{
    for (size_t i = 0; i < EXTENSION_COUNT; i++)
        if (text_same_bytes(type, length, extensions[i].type))
            return &extensions[i];
    return NULL;
}

const struct mime_extension *mime_extension_of_type(const char *type)
{
    return find_type(type, strlen(type));
}

bool mime_extension_refines(const struct mime_extension *extension, const char *type)
{
    /* Each type comes nearer to what can be told of any content; so the way has an end. */
    while (extension != NULL && !text_same(type, extension->type)) {
        if (extension->basis == NULL)
            return false;
        if (text_same(type, extension->basis))
            return true;
        extension = mime_extension_of_type(extension->basis);
    }
    return extension != NULL;
}

const char *mime_extension_for_type(const char *type)
{
    size_t length = strcspn(type, ";");
    while (length > 0 && (type[length - 1] == ' ' || type[length - 1] == '\t'))
        length--;
    const struct mime_extension *found = find_type(type, length);
    return found != NULL ? found->extension : NULL;
}
