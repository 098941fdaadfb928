/* SPDX-License-Identifier: ISC */
/** @file fuzz_mailto.c  What a mailto: URL asks for can be asked for, and breaks no line. */
#include "header/address.h"
#include "header/field_rules.h"
#include "header/header.h"
#include "header/mailto.h"
#include "text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void check_addresses(const char *value)
{
    if (value == NULL)
        return;
    struct mime_mailbox_list list = {0};
    require(mime_address_parse(&list, value, false, NULL) == 0);
    mime_mailbox_list_free(&list);
}

static void check_field(const char *name, const char *value)
{
    if (value == NULL)
        return;
    char *canonical = NULL;
    require(mime_field_check_text(name, value, &canonical, NULL) == 0);
    require(strcmp(canonical, value) == 0);
    free(canonical);
}

static void check_body(const char *body)
{
    if (body == NULL)
        return;
    size_t size = strlen(body);
    require(size > 0 && text_is_utf8(body, size));
    for (size_t i = 0; i < size; i++)
        require(strchr("\r\n\t", body[i]) != NULL || !text_has_control(body + i, 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char scheme[] = "mailto:";
    char *url = malloc(sizeof scheme + size);
    memcpy(url, scheme, sizeof scheme - 1);
    memcpy(url + sizeof scheme - 1, data, size);
    url[sizeof scheme - 1 + size] = '\0';
    struct mime_mailto mailto;
    struct mailer_error error = MAILER_ERROR_INIT;
    int result = mime_mailto_parse(&mailto, url, &error);
    require((result == 0) == (error.text[0] == '\0'));
    require(!text_has_control(error.text, strlen(error.text)));
    if (result == 0) {
        check_addresses(mailto.to);
        check_addresses(mailto.cc);
        check_addresses(mailto.bcc);
        check_addresses(mailto.reply_to);
        check_field("Keywords", mailto.keywords);
        check_field("In-Reply-To", mailto.in_reply_to);
        check_field("References", mailto.references);
        require(mailto.subject == NULL ||
                mime_header_check_value("Subject", mailto.subject, NULL) == 0);
        check_body(mailto.body);
    }
    mime_mailto_free(&mailto);
    free(url);
    return 0;
}
