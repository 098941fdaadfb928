/* SPDX-License-Identifier: ISC */
#include "content/container.h"

#include "content/extension.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static uint32_t little_endian(const char *bytes, size_t count)
{
    uint32_t number = 0;
    for (size_t i = count; i > 0; i--)
        number = number << 8 | (unsigned char)bytes[i - 1];
    return number;
}

static bool same(const char *bytes, size_t size, const char *words)
{
    return strlen(words) == size && memcmp(bytes, words, size) == 0;
}

/* ---- Zip ---- */

enum { ZIP_HEADER = 30, ZIP_LATER_SIZE = 8 };

struct zip_entry {
    const char *name;
    size_t name_size;
    const char *content; /* as far as it is in the sample */
    size_t content_size;
    bool stored;
};

static size_t find_zip_header(const char *bytes, size_t size, size_t from)
{
    while (from + 4 <= size && memcmp(bytes + from, "PK\3\4", 4) != 0)
        from++;
    return from + 4 <= size ? from : size;
}

/* Reads the entry at *offset and goes to the next one; false when its name is not within. */
static bool next_zip_entry(const char *bytes, size_t size, size_t *offset, struct zip_entry *entry)
{
    size_t left = size - *offset;
    const char *header = bytes + *offset;
    if (left < ZIP_HEADER || memcmp(header, "PK\3\4", 4) != 0)
        return false;
    entry->stored = little_endian(header + 8, 2) == 0;
    entry->name = header + ZIP_HEADER;
    entry->name_size = little_endian(header + 26, 2);
    size_t start = ZIP_HEADER + entry->name_size + little_endian(header + 28, 2);
    size_t packed = little_endian(header + 18, 4);
    if (left < start) {
        *offset = size;
        return left >= ZIP_HEADER + entry->name_size;
    }
    entry->content = header + start;
    entry->content_size = packed < left - start ? packed : left - start;
    bool size_is_later = (little_endian(header + 6, 2) & ZIP_LATER_SIZE) != 0 && packed == 0;
    *offset += start + entry->content_size;
    if (size_is_later)
        *offset = find_zip_header(bytes, size, *offset);
    return true;
}

#define OPEN_XML(kind) "application/vnd.openxmlformats-officedocument." kind

/* Of the rows that an entry fits, the first counts. */
static const struct {
    const char *name;
    enum { FILE_OF, FOLDER_OF_PACKAGE } kind;
    const char *type;
} zip_parts[] = {
    {"AndroidManifest.xml", FILE_OF, "application/vnd.android.package-archive"},
    {"classes.dex", FILE_OF, "application/vnd.android.package-archive"},
    {"word/vbaProject.bin", FILE_OF, "application/vnd.ms-word.document.macroEnabled.12"},
    {"xl/vbaProject.bin", FILE_OF, "application/vnd.ms-excel.sheet.macroEnabled.12"},
    {"ppt/vbaProject.bin", FILE_OF, "application/vnd.ms-powerpoint.presentation.macroEnabled.12"},
    {"xl/workbook.bin", FILE_OF, "application/vnd.ms-excel.sheet.binary.macroEnabled.12"},
    {"word/document.xml", FILE_OF, OPEN_XML("wordprocessingml.document")},
    {"xl/workbook.xml", FILE_OF, OPEN_XML("spreadsheetml.sheet")},
    {"ppt/presentation.xml", FILE_OF, OPEN_XML("presentationml.presentation")},
    {"word/", FOLDER_OF_PACKAGE, OPEN_XML("wordprocessingml.document")},
    {"xl/", FOLDER_OF_PACKAGE, OPEN_XML("spreadsheetml.sheet")},
    {"ppt/", FOLDER_OF_PACKAGE, OPEN_XML("presentationml.presentation")},
    {"visio/", FOLDER_OF_PACKAGE, "application/vnd.ms-visio.drawing"},
    {"3D/", FOLDER_OF_PACKAGE, "model/3mf"},
    {"FixedDocSeq.fdseq", FILE_OF, "application/vnd.ms-xpsdocument"},
    {"doc.kml", FILE_OF, "application/vnd.google-earth.kmz"},
    {"META-INF/MANIFEST.MF", FILE_OF, "application/java-archive"},
};

enum { ZIP_PARTS = sizeof zip_parts / sizeof *zip_parts };

/* The best row for an entry, ZIP_PARTS when there is none. */
static size_t find_zip_part(const struct zip_entry *entry, bool package)
{
    for (size_t i = 0; i < ZIP_PARTS; i++) {
        size_t length = strlen(zip_parts[i].name);
        if (zip_parts[i].kind == FILE_OF ? same(entry->name, entry->name_size, zip_parts[i].name)
                                         : package && entry->name_size > length &&
                                               memcmp(entry->name, zip_parts[i].name, length) == 0)
            return i;
    }
    return ZIP_PARTS;
}

/* OpenDocument and EPUB say what they are in their first entry. Nothing but what is known to be in
 * a zip is believed. */
static const char *declared_type(const struct zip_entry *entry)
{
    if (!entry->stored || entry->content == NULL ||
        !same(entry->name, entry->name_size, "mimetype"))
        return NULL;
    size_t size = entry->content_size;
    while (size > 0 && memchr("\r\n ", entry->content[size - 1], 3) != NULL)
        size--;
    char type[128];
    if (size >= sizeof type)
        return NULL;
    memcpy(type, entry->content, size);
    type[size] = '\0';
    const struct mime_extension *known = mime_extension_of_type(type);
    bool in_zip = known != NULL && known->basis != NULL &&
                  same(known->basis, strlen(known->basis), MIME_TYPE_ZIP);
    return in_zip ? known->type : NULL;
}

const char *mime_container_zip(const char *bytes, size_t size)
{
    size_t best = ZIP_PARTS;
    bool package = false;
    struct zip_entry entry = {0};
    for (size_t offset = 0; next_zip_entry(bytes, size, &offset, &entry);) {
        const char *declared = entry.name == bytes + ZIP_HEADER ? declared_type(&entry) : NULL;
        if (declared != NULL)
            return declared;
        package = package || same(entry.name, entry.name_size, "[Content_Types].xml") ||
                  same(entry.name, entry.name_size, "_rels/.rels");
        size_t part = find_zip_part(&entry, package);
        if (part < best)
            best = part;
        entry = (struct zip_entry){0};
    }
    return best < ZIP_PARTS ? zip_parts[best].type : MIME_TYPE_ZIP;
}

/* ---- OLE 2 ([MS-CFB]) ---- */

/* Sizes and offsets, and how many sectors of the directory are looked at. */
enum { OLE_HEADER = 512, OLE_SHIFT = 30, OLE_DIRECTORY = 48, OLE_TABLE = 76 };
enum { OLE_ENTRY = 128, OLE_NAME = 64, OLE_SECTORS = 16 };

/* Compares a name of a directory entry, which is UTF-16. */
static bool is_ole_name(const char *entry, const char *name)
{
    size_t length = strlen(name);
    if (little_endian(entry + OLE_NAME, 2) != 2 * (length + 1))
        return false;
    for (size_t i = 0; i < length; i++)
        if (entry[2 * i] != name[i] || entry[2 * i + 1] != '\0')
            return false;
    return true;
}

static const char *type_of_stream(const char *entry)
{
    static const struct {
        const char *name;
        const char *type;
    } streams[] = {
        {"WordDocument", "application/msword"},
        {"Workbook", "application/vnd.ms-excel"},
        {"Book", "application/vnd.ms-excel"},
        {"PowerPoint Document", "application/vnd.ms-powerpoint"},
        {"VisioDocument", "application/vnd.visio"},
        {"__properties_version1.0", "application/vnd.ms-outlook"},
        {"__nameid_version1.0", "application/vnd.ms-outlook"},
        {"EncryptedPackage", MIME_TYPE_ENCRYPTED},
    };
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++)
        if (is_ole_name(entry, streams[i].name))
            return streams[i].type;
    return NULL;
}

/* The sector behind one of the directory, by the first sector of the allocation table. */
static uint32_t next_ole_sector(const char *bytes, size_t size, uint32_t shift, uint32_t sector)
{
    uint64_t table = ((uint64_t)little_endian(bytes + OLE_TABLE, 4) + 1) << shift;
    uint64_t at = table + (uint64_t)sector * 4;
    return at + 4 <= size && at + 4 <= table + (1u << shift) ? little_endian(bytes + at, 4)
                                                             : UINT32_MAX;
}

const char *mime_container_ole(const char *bytes, size_t size)
{
    if (size < OLE_HEADER)
        return MIME_TYPE_OLE;
    uint32_t shift = little_endian(bytes + OLE_SHIFT, 2);
    uint32_t sector = little_endian(bytes + OLE_DIRECTORY, 4);
    if (shift != 9 && shift != 12)
        return MIME_TYPE_OLE;
    for (int i = 0; i < OLE_SECTORS; i++) {
        uint64_t start = ((uint64_t)sector + 1) << shift;
        uint64_t end = start + (1u << shift);
        for (uint64_t at = start; at + OLE_ENTRY <= size && at < end; at += OLE_ENTRY) {
            const char *type = type_of_stream(bytes + at);
            if (type != NULL)
                return type;
        }
        sector = next_ole_sector(bytes, size, shift, sector);
    }
    return MIME_TYPE_OLE;
}

/* ---- Pictures, sound and film by their brands ---- */

enum { BRAND = 4, BRANDS_START = 16, MAJOR_BRAND = 8 };

static const char *type_of_brand(const char *brand)
{
    static const struct {
        char brand[BRAND + 1];
        const char *type;
    } brands[] = {
        {"heic", "image/heic"},          {"heix", "image/heic"},
        {"heim", "image/heic"},          {"heis", "image/heic"},
        {"hevc", "image/heic-sequence"}, {"hevx", "image/heic-sequence"},
        {"avif", "image/avif"},          {"avis", "image/avif"},
        {"mif1", "image/heif"},          {"mif2", "image/heif"},
        {"msf1", "image/heif-sequence"}, {"jxl ", "image/jxl"},
        {"crx ", "image/x-canon-cr3"},   {"M4A ", "audio/mp4"},
        {"M4B ", "audio/mp4"},           {"M4P ", "audio/mp4"},
        {"F4A ", "audio/mp4"},           {"qt  ", "video/quicktime"},
        {"mjp2", "video/mj2"},           {"3gp4", "video/3gpp"},
        {"3gp5", "video/3gpp"},          {"3gp6", "video/3gpp"},
        {"3gp7", "video/3gpp"},          {"3g2a", "video/3gpp2"},
        {"3g2b", "video/3gpp2"},         {"3g2c", "video/3gpp2"},
    };
    for (size_t i = 0; i < sizeof brands / sizeof *brands; i++)
        if (memcmp(brand, brands[i].brand, BRAND) == 0)
            return brands[i].type;
    return NULL;
}

/* HEIF that says no more than that it is HEIF, which its other brands may. */
static bool is_general(const char *type)
{
    return strcmp(type, "image/heif") == 0 || strcmp(type, "image/heif-sequence") == 0;
}

const char *mime_container_film(const char *bytes, size_t size)
{
    if (size < MAJOR_BRAND + BRAND)
        return "video/mp4";
    const char *type = type_of_brand(bytes + MAJOR_BRAND);
    if (type != NULL && !is_general(type))
        return type;
    uint32_t box = 0;
    for (size_t i = 0; i < 4; i++)
        box = box << 8 | (unsigned char)bytes[i];
    size_t end = box < size ? box : size;
    for (size_t at = BRANDS_START; type != NULL && at + BRAND <= end; at += BRAND) {
        const char *finer = type_of_brand(bytes + at);
        if (finer != NULL && !is_general(finer))
            return finer;
    }
    return type != NULL ? type : "video/mp4";
}
