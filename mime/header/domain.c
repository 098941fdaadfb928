/* SPDX-License-Identifier: ISC */
#include "header/domain.h"

#include "text.h"

#include <arpa/inet.h>
#include <string.h>

enum { LONGEST_DOMAIN = 255, LONGEST_LABEL = 63 };

static bool is_label_character(char c, bool inside)
{
    return text_is_letter(c) || text_is_digit(c) || c == '_' || (c == '-' && inside);
}

const char *mime_domain_fault(const char *domain)
{
    if (strlen(domain) > LONGEST_DOMAIN)
        return "has a domain of more than 255 octets";
    for (;;) {
        size_t size = strcspn(domain, ".");
        if (size == 0)
            return "has a dot too many behind the @, or no domain there";
        if (size > LONGEST_LABEL)
            return "has a part of its domain that is longer than 63 octets";
        for (size_t i = 0; i < size; i++)
            if (!is_label_character(domain[i], i > 0 && i + 1 < size))
                return "has a character in its domain that no domain has";
        if (domain[size] == '\0')
            return NULL;
        domain += size + 1;
    }
}

bool mime_domain_append_literal(struct buffer *out, const char *text, size_t size)
{
    static const char tag[] = "IPv6:";
    size_t tag_size = sizeof tag - 1;
    char kept[sizeof tag + INET6_ADDRSTRLEN];
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        if (strchr(" \t\r\n\\", text[i]) != NULL)
            continue;
        if (used + 1 == sizeof kept)
            return false;
        kept[used++] = text[i];
    }
    kept[used] = '\0';
    bool six = used > tag_size && text_same_bytes(kept, tag_size, tag);
    int family = six ? AF_INET6 : AF_INET;
    unsigned char binary[16];
    char canonical[INET6_ADDRSTRLEN];
    if (inet_pton(family, six ? kept + tag_size : kept, binary) != 1 ||
        inet_ntop(family, binary, canonical, sizeof canonical) == NULL)
        return false;
    buffer_append_format(out, "[%s%s]", six ? tag : "", canonical);
    return true;
}
