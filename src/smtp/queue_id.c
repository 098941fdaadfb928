/* SPDX-License-Identifier: ISC */
#include "queue_id.h"

#include "text.h"

#include <stddef.h>
#include <string.h>

/*
 * Words in any case, with any spaces between. "*" is any one word; "%" in a word is the id. "^" is
 * the beginning of the text behind the codes, "$" its end. The first form that fits counts.
 */
static const struct {
    const char *words;
    size_t least; /* shorter is no id, where the words alone do not say much */
} forms[] = {
    {"queued as %", 1},                       /* Postfix, SendGrid, Barracuda, Mailjet */
    {"queued on * as %", 1},                  /* Yandex */
    {"queued with id %", 1},                  /* Stalwart */
    {"message queued (%)", 1},                /* Haraka */
    {"[InternalId=%, *", 1},                  /* Exchange, Outlook */
    {"id=%", 1},                              /* Exim, GMX */
    {"envelope id %", 1},                     /* iCloud, Oracle */
    {"^ % message accepted for delivery", 1}, /* Sendmail, OpenSMTPD, Proofpoint */
    {"ok: message % accepted $", 1},          /* Cisco */
    {"^ ok * qp %", 1},                       /* qmail */
    {"^ ok * % - gsmtp $", 1},                /* Gmail */
    {"^ <*> % saved $", 1},                   /* Dovecot, by LMTP */
    {"^ ok. % $", 16},                        /* Courier */
    {"^ ok % $", 16},                         /* Amazon SES, Momentum */
};

struct word {
    const char *start;
    size_t length; /* 0: there is none */
};

/* The word at or behind a place, and the place behind it. */
static struct word next_word(const char **text)
{
    const char *start = *text + strspn(*text, " ");
    struct word word = {start, strcspn(start, " ")};
    *text = start + word.length;
    return word;
}

static bool is_number(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!text_is_digit(text[i]))
            return false;
    return size > 0;
}

/* Whether a word is as "2.0.0" is. */
static bool is_enhanced_code(struct word word)
{
    return word.length >= 5 && text_is_digit(word.start[0]) && word.start[1] == '.' &&
           strspn(word.start, "0123456789.") == word.length;
}

/* What stands behind the codes. */
static const char *skip_codes(const char *reply)
{
    const char *text = reply;
    struct word word = next_word(&text);
    if (word.length != 3 || !is_number(word.start, word.length))
        return reply;
    const char *behind = text;
    word = next_word(&text);
    return is_enhanced_code(word) ? text : behind;
}

static bool begins(struct word word, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (i == word.length || text_lower(word.start[i]) != text_lower(text[i]))
            return false;
    return true;
}

/* Whether a word fits one of a form; where that has a "%", *id receives what stands there. */
static bool fits(struct word word, struct word form, struct word *id)
{
    const char *sign = memchr(form.start, '%', form.length);
    if (sign == NULL)
        sign = memchr(form.start, '*', form.length);
    if (sign == NULL)
        return word.length == form.length && begins(word, form.start, form.length);
    size_t before = (size_t)(sign - form.start);
    size_t behind = form.length - before - 1;
    if (word.length <= before + behind || !begins(word, form.start, before))
        return false;
    struct word end = {word.start + word.length - behind, behind};
    if (!begins(end, sign + 1, behind))
        return false;
    if (*sign == '%')
        *id = (struct word){word.start + before, word.length - before - behind};
    return true;
}

/* Whether the text fits a form from here on. */
static bool fits_here(const char *text, const char *form, struct word *id)
{
    struct word part = next_word(&form);
    while (part.length > 0) {
        struct word word = next_word(&text);
        bool is_end = *part.start == '$';
        if (is_end ? word.length > 0 : word.length == 0 || !fits(word, part, id))
            return false;
        part = next_word(&form);
    }
    return true;
}

static bool find(const char *text, const char *form, struct word *id)
{
    if (*form == '^')
        return fits_here(text, form + 1, id);
    for (const char *at = text; *at != '\0';) {
        if (fits_here(at, form, id))
            return true;
        next_word(&at);
    }
    return false;
}

/* Every kind of id known has a digit; a plain word in its place is none. */
static bool is_id(struct word id, size_t least)
{
    bool has_digit = false;
    for (size_t i = 0; i < id.length; i++) {
        if (id.start[i] <= ' ' || id.start[i] >= 0x7F)
            return false;
        has_digit |= text_is_digit(id.start[i]);
    }
    return has_digit && id.length >= least && id.length < SMTP_QUEUE_ID_SIZE;
}

bool smtp_queue_id(char id[static SMTP_QUEUE_ID_SIZE], const char *reply)
{
    const char *text = skip_codes(reply);
    id[0] = '\0';
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct word found = {"", 0};
        if (!find(text, forms[i].words, &found))
            continue;
        /* The end of a sentence is none of the id's. */
        while (found.length > 0 && strchr(".,;:", found.start[found.length - 1]) != NULL)
            found.length--;
        if (!is_id(found, forms[i].least))
            continue;
        memcpy(id, found.start, found.length);
        id[found.length] = '\0';
        return true;
    }
    return false;
}
