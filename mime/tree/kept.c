/* SPDX-License-Identifier: ISC */
#include "tree/kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum mailer_wire wider(enum mailer_wire one, enum mailer_wire other)
{
    return one > other ? one : other;
}

static bool is_composite(const struct mime_entity *entity)
{
    return entity->kind == MIME_ENTITY_MULTIPART || entity->kind == MIME_ENTITY_MESSAGE;
}

struct mime_encoding mime_kept_encoding(const struct mime_entity *entity, enum mailer_wire wire)
{
    if (entity->encoded_is_fit)
        return (struct mime_encoding){.codec = MIME_CODEC_BASE64_REWRAP,
                                      .name = mime_codec_name(MIME_CODEC_BASE64_REWRAP),
                                      .width = MAILER_WIRE_7BIT,
                                      .size = entity->encoded_size,
                                      .ends_in_line_end = entity->encoded_size > 0};
    struct mime_part leaf = {.form = entity->exact ? MIME_FORM_EXACT : MIME_FORM_TEXT,
                             .scanned = true,
                             .scan = entity->scan,
                             .quoted_printable_size = entity->encoded_size};
    return mime_encoding_choose(&leaf, wire);
}

bool mime_kept_is_stuck(const struct mime_entity *entity, const struct mime_encoding *encoding)
{
    bool may_change = entity->kind == MIME_ENTITY_LEAF && entity->declared <= MIME_DECLARED_BINARY;
    return !may_change && mime_codec_name(encoding->codec) != NULL &&
           encoding->codec != MIME_CODEC_BASE64_REWRAP;
}

bool mime_kept_is_mended(const struct mime_entity *entity, enum mailer_wire wire)
{
    return entity->header_is_unfit || (entity->header_is_8bit && wire == MAILER_WIRE_7BIT);
}

/* ---- Widths ---- */

static enum mailer_wire header_width(const struct mime_entity *entity, enum mailer_wire wire)
{
    bool is_8bit = entity->header_is_8bit && !mime_kept_is_mended(entity, wire);
    return is_8bit ? MAILER_WIRE_8BIT : MAILER_WIRE_7BIT;
}

/* Finds the width of an entity whose children are done, and tells it to the one around. */
static void settle(struct mime_kept *kept, size_t index, enum mailer_wire wire)
{
    const struct mime_entity *entity = &kept->list.entities[index];
    enum mailer_wire width = kept->widths[index][wire];
    bool stuck = mime_kept_is_mended(entity, wire) && entity->mended == NULL;
    if (!is_composite(entity)) {
        struct mime_encoding encoding = mime_kept_encoding(entity, wire);
        bool is_unfit = mime_kept_is_stuck(entity, &encoding);
        width = is_unfit ? MAILER_WIRE_7BIT : encoding.width;
        stuck |= is_unfit && entity->kind != MIME_ENTITY_FILLER;
    }
    kept->widths[index][wire] = width;
    if (stuck)
        kept->stuck[wire] = index;
    if (entity->parent == SIZE_MAX)
        return;
    enum mailer_wire *around = &kept->widths[entity->parent][wire];
    *around = wider(*around, wider(width, header_width(entity, wire)));
}

int mime_kept_new(struct mime_kept **kept, struct mime_blob *blob, bool keep_header,
                  struct mailer_error *error)
{
    *kept = NULL;
    struct mime_kept *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set_memory(error);
    made->blob = mime_blob_share(blob);
    int result = mime_entity_read(&made->list, blob, keep_header, error);
    if (result == 0) {
        made->widths = calloc(made->list.count, sizeof *made->widths);
        result = made->widths == NULL ? error_set_memory(error) : 0;
    }
    if (result != 0) {
        mime_kept_free(made);
        return result;
    }
    for (int wire = MAILER_WIRE_7BIT; wire < MIME_WIRES; wire++) {
        made->stuck[wire] = SIZE_MAX;
        for (size_t i = made->list.count; i-- > 0;)
            settle(made, i, (enum mailer_wire)wire);
    }
    *kept = made;
    return 0;
}

void mime_kept_free(struct mime_kept *kept)
{
    if (kept == NULL)
        return;
    for (size_t i = 0; i < kept->count; i++)
        mime_field_free(&kept->fields[i]);
    free(kept->fields);
    mime_entity_free(&kept->list);
    mime_blob_release(kept->blob);
    free(kept->charset);
    free(kept->widths);
    free(kept);
}

enum mailer_wire mime_kept_width(const struct mime_kept *kept, enum mailer_wire wire)
{
    return wider(kept->widths[0][wire], header_width(&kept->list.entities[0], wire));
}

/* ---- Labels ---- */

const char *mime_kept_label(const struct mime_kept *kept, size_t index, enum mailer_wire wire)
{
    const struct mime_entity *entity = &kept->list.entities[index];
    if (!entity->has_header || entity->declared > MIME_DECLARED_BINARY)
        return NULL;
    if (entity->kind == MIME_ENTITY_LEAF) {
        struct mime_encoding encoding = mime_kept_encoding(entity, wire);
        if (mime_codec_name(encoding.codec) != NULL)
            return encoding.name;
    }
    /* Nobody misses the label of a multipart that has none. */
    if (entity->kind != MIME_ENTITY_LEAF && !entity->has_encoding)
        return NULL;
    unsigned width = kept->widths[index][wire];
    bool is_enough = entity->declared >= width || entity->is_inside;
    bool is_true = is_enough && (unsigned)entity->declared <= (unsigned)wire;
    return is_true ? NULL : mime_encoding_width_name((enum mailer_wire)width);
}

const char *mime_kept_charset(const struct mime_kept *kept, size_t index)
{
    const struct mime_entity *entity = &kept->list.entities[index];
    if (entity->kind != MIME_ENTITY_LEAF || !entity->is_message || entity->has_type ||
        entity->declared > MIME_DECLARED_BINARY || entity->scan.high_octets == 0)
        return NULL;
    if (entity->scan.utf8)
        return "utf-8";
    return kept->charset != NULL ? kept->charset : "unknown-8bit";
}

/* ---- What cannot be carried ---- */

/* Writes the number of a part as readers count them, such as "2.1"; "" for the message itself. */
static void name_part(const struct mime_kept *kept, size_t index, char *out, size_t room)
{
    const struct mime_entity *entities = kept->list.entities;
    size_t parent = entities[index].parent;
    out[0] = '\0';
    if (parent == SIZE_MAX)
        return;
    if (entities[parent].kind == MIME_ENTITY_MESSAGE) {
        name_part(kept, parent, out, room);
        return;
    }
    size_t number = 0;
    for (size_t i = parent + 1; i <= index; i++)
        number += entities[i].parent == parent && entities[i].kind != MIME_ENTITY_FILLER;
    name_part(kept, parent, out, room);
    size_t used = strlen(out);
    snprintf(out + used, room - used, "%s%zu", used > 0 ? "." : "", number);
}

int mime_kept_check(const struct mime_kept *kept, enum mailer_wire wire, struct mailer_error *error)
{
    static const char *const wires[] = {"7 bits", "8 bits", "any octets"};
    size_t index = kept->stuck[wire];
    if (index == SIZE_MAX)
        return 0;
    const struct mime_entity *entity = &kept->list.entities[index];
    char number[64];
    name_part(kept, index, number, sizeof number);
    const char *type = entity->type[0] != '\0' ? entity->type : "text/plain";
    const char *part = number[0] != '\0' ? "part " : "the message";
    if (mime_kept_is_mended(entity, wire) && entity->mended == NULL)
        return error_set(error, MAILER_UNSUPPORTED, MAILER_STAGE_MESSAGE,
                         "the header of %s%s (%s) has octets or lines that cannot go over a "
                         "connection of %s and cannot be encoded: change it",
                         part, number, type, wires[wire]);
    const char *why = strcmp(type, "multipart/signed") == 0     ? "its signature would break"
                      : entity->declared > MIME_DECLARED_BINARY ? "it says that it is encoded"
                                                                : "its type does not allow it";
    return error_set(error, MAILER_UNSUPPORTED, MAILER_STAGE_MESSAGE,
                     "%s%s (%s) has %s, which cannot go over a connection of %s, and cannot be "
                     "encoded, as %s: make it anew in base64 or quoted-printable",
                     part, number, type,
                     entity->scan.high_octets > 0 ? "octets above 127"
                                                  : "lines too long for mail, or NUL or bare CR",
                     wires[wire], why);
}
