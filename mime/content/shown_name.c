/* SPDX-License-Identifier: ISC */
#include "content/shown_name.h"

#include "content/extension.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_NAME = 255, LONGEST_EXTENSION = 8, DIGITS_OF_A_PART = 3 };

const char *mime_shown_name(const char *name, enum mime_name_origin origin,
                            struct mailer_error *error)
{
    const char *separators = origin == MIME_NAME_PATH ? "/" : "/\\";
    const char *base = name;
    for (const char *at = name; *at != '\0'; at++)
        if (strchr(separators, *at) != NULL)
            base = at + 1;
    if (*base == '\0' || strcmp(base, ".") == 0 || strcmp(base, "..") == 0) {
        error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                  "\"%s\" is no name for an attachment: give another one", name);
        return NULL;
    }
    return base;
}

static bool has_extension(const char *name)
{
    const char *dot = strrchr(name, '.');
    if (dot == NULL || dot == name)
        return false;
    size_t letters = 0;
    size_t digits = 0;
    for (const char *at = dot + 1; *at != '\0'; at++) {
        letters += text_is_letter(*at);
        digits += text_is_digit(*at);
    }
    size_t length = strlen(dot + 1);
    return letters + digits == length && length <= LONGEST_EXTENSION &&
           (letters > 0 || digits == DIGITS_OF_A_PART);
}

int mime_shown_name_complete(char **complete, const char *name, const char *type,
                             struct mailer_error *error)
{
    const char *extension = mime_extension_for_type(type);
    size_t length = strlen(name);
    const char *dot = length > 0 && name[length - 1] == '.' ? "" : ".";
    if (extension == NULL || has_extension(name) ||
        extension == mime_extension_for_type(MIME_TYPE_TEXT) ||
        length + strlen(dot) + strlen(extension) > LONGEST_NAME)
        dot = extension = "";
    size_t dot_length = strlen(dot);
    size_t extension_size = strlen(extension) + 1;
    *complete = malloc(length + dot_length + extension_size);
    if (*complete == NULL)
        return error_set_memory(error);
    memcpy(*complete, name, length);
    memcpy(*complete + length, dot, dot_length);
    memcpy(*complete + length + dot_length, extension, extension_size);
    return 0;
}
