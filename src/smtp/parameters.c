/* SPDX-License-Identifier: ISC */
#include "parameters.h"

#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static void append(char *text, const char *more)
{
    size_t used = strlen(text);
    snprintf(text + used, SMTP_PARAMETERS_SIZE - used, "%s", more);
}

/*
 * Adds xtext (RFC 3461 4); octets above 127 stay, as RFC 6533 3 has it for utf-8-addr-unitext,
 * whose escapes are others. @return whether it is no longer than limit, and ends where it should.
 */
static bool append_encoded(char *text, const char *octets, size_t limit, bool utf8)
{
    size_t start = strlen(text);
    size_t used = start;
    for (const char *c = octets; *c != '\0'; c++) {
        char piece[8] = {*c, '\0'};
        unsigned octet = (unsigned char)*c;
        if (octet <= ' ' || octet == '+' || octet == '=' || octet == 0x7F ||
            (utf8 && octet == '\\'))
            snprintf(piece, sizeof piece, utf8 ? "\\x{%02X}" : "+%02X", octet);
        size_t length = strlen(piece);
        if (used - start + length > limit || used + length >= SMTP_PARAMETERS_SIZE) {
            text[start] = '\0';
            return false;
        }
        memcpy(text + used, piece, length + 1);
        used += length;
    }
    return true;
}

static int append_moment(char *text, int64_t moment, struct mailer_error *error)
{
    const int64_t last = 253402300799; /* 9999-12-31T23:59:59Z */
    time_t seconds = (time_t)moment;
    struct tm broken_down;
    char words[40];
    if (moment < 0 || moment > last || gmtime_r(&seconds, &broken_down) == NULL)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the moment until which to hold the message is none");
    strftime(words, sizeof words, " HOLDUNTIL=%Y-%m-%dT%H:%M:%SZ", &broken_down);
    append(text, words);
    return 0;
}

static bool is_printable_ascii(const char *text)
{
    size_t length = strlen(text);
    return text_is_ascii(text, length) && !text_has_control(text, length);
}

static int append_deliver_by(char *text, const struct smtp_sender_parameters *parameters,
                             struct mailer_error *error)
{
    bool returns = parameters->deliver_by == SMTP_DELIVER_BY_RETURN;
    int64_t seconds = parameters->deliver_by_seconds;
    char words[40];
    if (seconds > SMTP_DELIVER_BY_LIMIT || seconds < -(int64_t)SMTP_DELIVER_BY_LIMIT ||
        (returns && seconds <= 0))
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "a message cannot be delivered by %" PRId64 " seconds from now", seconds);
    snprintf(words, sizeof words, " BY=%" PRId64 ";%s%s", seconds, returns ? "R" : "N",
             parameters->deliver_by_trace ? "T" : "");
    append(text, words);
    return 0;
}

static int append_priority(char *text, int priority, struct mailer_error *error)
{
    char words[40];
    if (priority < -9 || priority > 9)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the priority in the transfer is from -9 to 9, not %d", priority);
    snprintf(words, sizeof words, " MT-PRIORITY=%d", priority);
    append(text, words);
    return 0;
}

static int append_submitter(char *text, const char *submitter, struct mailer_error *error)
{
    append(text, " AUTH=");
    if (submitter[0] == '\0')
        append(text, "<>");
    else if (!is_printable_ascii(submitter) ||
             !append_encoded(text, submitter, SMTP_SUBMITTER_LIMIT, false))
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the submitter is longer than %d octets when it is encoded, or not "
                         "printable US-ASCII",
                         SMTP_SUBMITTER_LIMIT);
    return 0;
}

int smtp_parameters_of_sender(char text[static SMTP_PARAMETERS_SIZE],
                              const struct smtp_sender_parameters *parameters,
                              struct mailer_error *error)
{
    const char *id = parameters->envelope_id;
    text[0] = '\0';
    if (parameters->returned != SMTP_RETURN_DEFAULT)
        append(text, parameters->returned == SMTP_RETURN_FULL ? " RET=FULL" : " RET=HDRS");
    if (id != NULL) {
        append(text, " ENVID=");
        if (id[0] == '\0' || !is_printable_ascii(id) ||
            !append_encoded(text, id, SMTP_ENVID_LIMIT, false))
            return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                             "the envelope's id is empty, longer than %d octets when it is "
                             "encoded, or not printable US-ASCII",
                             SMTP_ENVID_LIMIT);
    }
    if (parameters->require_tls)
        append(text, " REQUIRETLS");
    int result = 0;
    if (parameters->hold_until != 0)
        result = append_moment(text, parameters->hold_until, error);
    if (result == 0 && parameters->deliver_by != SMTP_DELIVER_ANY_TIME)
        result = append_deliver_by(text, parameters, error);
    if (result == 0 && parameters->mt_priority != 0)
        result = append_priority(text, parameters->mt_priority, error);
    if (result == 0 && parameters->submitter != NULL)
        result = append_submitter(text, parameters->submitter, error);
    return result;
}

void smtp_parameters_of_recipient(char text[static SMTP_PARAMETERS_SIZE], unsigned notify,
                                  const char *address)
{
    static const struct {
        unsigned when;
        const char *word;
    } words[] = {
        {SMTP_NOTIFY_NEVER, "NEVER"},
        {SMTP_NOTIFY_SUCCESS, "SUCCESS"},
        {SMTP_NOTIFY_FAILURE, "FAILURE"},
        {SMTP_NOTIFY_DELAY, "DELAY"},
    };
    bool utf8 = !text_is_ascii(address, strlen(address));
    const char *before = " NOTIFY=";
    text[0] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if ((notify & words[i].when) == 0)
            continue;
        append(text, before);
        append(text, words[i].word);
        before = ",";
    }
    size_t without = strlen(text);
    append(text, utf8 ? " ORCPT=utf-8;" : " ORCPT=rfc822;");
    size_t prefix = strlen(text) - without - strlen(" ORCPT=");
    if (!append_encoded(text, address, SMTP_ORCPT_LIMIT - prefix, utf8))
        text[without] = '\0';
}
