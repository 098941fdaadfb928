/* SPDX-License-Identifier: ISC */
#include "tree/field.h"

#include "header/header.h"
#include "reader/mend.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

int mime_field_append(struct buffer *out, const struct mime_field *field, bool utf8_headers,
                      struct mailer_error *error)
{
    if (field->raw != NULL) {
        size_t size = strlen(field->raw);
        if (!mime_mend_is_fit(field->raw, size, utf8_headers))
            return mime_mend_append(out, field->raw, size, error);
        buffer_append(out, field->raw, size);
        return 0;
    }
    if (field->text != NULL)
        return mime_header_append_text(out, field->name, field->text, utf8_headers, error);
    mime_header_append_addresses(out, field->name, &field->mailboxes, utf8_headers);
    return 0;
}

void mime_field_free(struct mime_field *field)
{
    free(field->name);
    free(field->text);
    free(field->raw);
    mime_mailbox_list_free(&field->mailboxes);
    *field = (struct mime_field){0};
}

bool mime_field_is_of_content(const struct mime_field *field)
{
    return text_same_bytes(field->name, strnlen(field->name, 8), "Content-");
}
