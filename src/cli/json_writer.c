/* SPDX-License-Identifier: ISC */
#include "json_writer.h"

#include "text.h"

#include <inttypes.h>
#include <string.h>

static void write_name(struct json_writer *writer, const char *name)
{
    fprintf(writer->out, "%s\"%s\":", writer->is_open ? "," : "{", name);
    writer->is_open = true;
}

/* Line separators break the lines of some readers, and control characters those of terminals. */
static bool is_escaped(uint32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F) ||
           code_point == 0x2028 || code_point == 0x2029;
}

static void write_value(struct json_writer *writer, const char *value)
{
    if (value == NULL || *value == '\0') {
        fputs("null", writer->out);
        return;
    }
    fputc('"', writer->out);
    for (size_t left = strlen(value), length; left > 0; value += length, left -= length) {
        uint32_t code_point = 0xFFFD;
        length = text_utf8_character(value, left, &code_point);
        if (length == 0)
            code_point = 0xFFFD;
        if (length == 0 || is_escaped(code_point))
            fprintf(writer->out, "\\u%04x", (unsigned)code_point);
        else
            fprintf(writer->out, "%s%.*s", strchr("\"\\", *value) != NULL ? "\\" : "", (int)length,
                    value);
        length += length == 0;
    }
    fputc('"', writer->out);
}

void json_write_text(struct json_writer *writer, const char *name, const char *value)
{
    write_name(writer, name);
    write_value(writer, value);
}

void json_write_number(struct json_writer *writer, const char *name, int value)
{
    write_name(writer, name);
    if (value == 0)
        fputs("null", writer->out);
    else
        fprintf(writer->out, "%d", value);
}

void json_write_integer(struct json_writer *writer, const char *name, int64_t value)
{
    write_name(writer, name);
    fprintf(writer->out, "%" PRId64, value);
}

void json_write_flag(struct json_writer *writer, const char *name, bool value)
{
    write_name(writer, name);
    fputs(value ? "true" : "false", writer->out);
}

/* A comma behind the element before, if there is one: is_open says so of lists, too. */
static void begin_element(struct json_writer *writer)
{
    if (writer->is_open)
        fputc(',', writer->out);
    writer->is_open = true;
}

void json_write_list(struct json_writer *writer, const char *name)
{
    write_name(writer, name);
    fputc('[', writer->out);
    writer->is_open = false;
}

void json_write_element(struct json_writer *writer, const char *value)
{
    begin_element(writer);
    write_value(writer, value);
}

void json_write_object(struct json_writer *writer)
{
    begin_element(writer);
    writer->is_open = false;
}

void json_write_object_end(struct json_writer *writer)
{
    fputs(writer->is_open ? "}" : "{}", writer->out);
    writer->is_open = true;
}

void json_write_list_end(struct json_writer *writer)
{
    fputc(']', writer->out);
    writer->is_open = true;
}

void json_write_end(struct json_writer *writer)
{
    fputs(writer->is_open ? "}\n" : "{}\n", writer->out);
}
