/* SPDX-License-Identifier: ISC */
#include "help.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH = 79, INDENT = 26, TERM_SIZE = 128 };

/* All texts of the tables are US-ASCII, so that octets are columns. */
void help_append_row(struct buffer *buffer, const char *term, const char *words)
{
    buffer_append_format(buffer, "  %s", term);
    size_t column = 2 + strlen(term);
    if (column > INDENT - 2) {
        buffer_append_char(buffer, '\n');
        column = 0;
    }
    buffer_append_format(buffer, "%*s", (int)(INDENT - column), "");
    column = INDENT;
    while (*words != '\0') {
        size_t size = strcspn(words, " ");
        if (column > INDENT && column + 1 + size > WIDTH) {
            buffer_append_format(buffer, "\n%*s", INDENT, "");
            column = INDENT;
        }
        if (column > INDENT) {
            buffer_append_char(buffer, ' ');
            column++;
        }
        buffer_append(buffer, words, size);
        column += size;
        words += size;
        words += strspn(words, " ");
    }
    buffer_append_char(buffer, '\n');
}

static void append_option(struct buffer *buffer, const struct option *option)
{
    char term[TERM_SIZE];
    size_t used = 0;
    term[0] = '\0';
    for (const char *letter = option->letters; letter != NULL && *letter != '\0'; letter++)
        used += (size_t)snprintf(term + used, sizeof term - used, "%s-%c", used > 0 ? ", " : "",
                                 *letter);
    if (option->name != NULL)
        used += (size_t)snprintf(term + used, sizeof term - used, "%s--%s",
                                 used > 0 ? ", " : "    ", option->name);
    if (option->argument != NULL)
        snprintf(term + used, sizeof term - used, " %s", option->argument);
    help_append_row(buffer, term, option->help);
}

void help_append_options(struct buffer *buffer, const struct option_set *set)
{
    for (size_t section = 0; section < set->section_count; section++) {
        bool has_heading = false;
        for (size_t i = 0; i < set->count; i++) {
            const struct option *option = &set->options[i];
            if (option->section != (int)section || option->help == NULL ||
                !option_is_in(set, option))
                continue;
            if (!has_heading)
                buffer_append_format(buffer, "\n%s:\n", set->sections[section]);
            has_heading = true;
            append_option(buffer, option);
        }
    }
}
