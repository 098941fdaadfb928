/* SPDX-License-Identifier: ISC */
#include "check_json.h"

#include "extension_use.h"
#include "json_writer.h"

#include <string.h>

enum { SECONDS_A_DAY = 86400 };

static const char *const trust_names[] = {
    [MAILER_TRUST_NO_TLS] = "no_tls",
    [MAILER_TRUST_FAILED] = "failed",
    [MAILER_TRUST_NOT_CHECKED] = "not_checked",
    [MAILER_TRUST_BY_AUTHORITY] = "authority",
    [MAILER_TRUST_BY_PIN] = "pin",
    [MAILER_TRUST_BY_BOTH] = "authority_and_pin",
};

/* RFC 3339; null for a moment that is not known, or in a far year. */
static void write_moment(struct json_writer *writer, const char *name, int64_t moment)
{
    char text[32] = "";
    struct tm broken_down;
    time_t seconds = (time_t)moment;
    if (moment == 0 || gmtime_r(&seconds, &broken_down) == NULL ||
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &broken_down) == 0)
        text[0] = '\0';
    json_write_text(writer, name, text);
}

static void write_words(struct json_writer *writer, const char *name, const char *words)
{
    json_write_list(writer, name);
    while (*words != '\0') {
        char word[256];
        size_t size = strcspn(words, " ");
        if (size > 0 && size < sizeof word) {
            memcpy(word, words, size);
            word[size] = '\0';
            json_write_element(writer, word);
        }
        words += size;
        words += strspn(words, " ");
    }
    json_write_list_end(writer);
}

static void write_certificates(struct json_writer *writer, const struct check_outcome *outcome)
{
    struct mailer_certificate certificate = MAILER_CERTIFICATE_INIT;
    json_write_list(writer, "certificates");
    for (size_t i = 0; mailer_check_certificate(outcome->check, i, &certificate) == 0; i++) {
        json_write_object(writer);
        json_write_text(writer, "subject", certificate.subject);
        json_write_text(writer, "issuer", certificate.issuer);
        json_write_text(writer, "authority", certificate.authority);
        write_words(writer, "names", certificate.names);
        write_moment(writer, "not_before", certificate.not_before);
        write_moment(writer, "not_after", certificate.not_after);
        if (certificate.not_after != 0)
            json_write_integer(writer, "days_left",
                               (certificate.not_after - outcome->now) / SECONDS_A_DAY);
        else
            json_write_number(writer, "days_left", 0);
        json_write_text(writer, "key_pin", certificate.key_pin);
        json_write_text(writer, "certificate_pin", certificate.own_pin);
        json_write_object_end(writer);
    }
    json_write_list_end(writer);
}

static void write_use(struct json_writer *writer, const struct check_outcome *outcome,
                      const char *name, enum extension_use use)
{
    struct extension_line line;
    json_write_list(writer, name);
    for (size_t i = 0; extension_use_line(outcome->check, outcome->widest, i, &line); i++)
        if (line.use == use && outcome->exit_code == EXIT_CODE_OK)
            json_write_element(writer, line.keyword);
    json_write_list_end(writer);
}

static void write_capabilities(struct json_writer *writer, const struct check_outcome *outcome,
                               const struct mailer_check_facts *facts)
{
    const char *line;
    json_write_list(writer, "offers");
    for (size_t i = 0; (line = mailer_check_line(outcome->check, i)) != NULL; i++)
        json_write_element(writer, line);
    json_write_list_end(writer);
    write_use(writer, outcome, "used", EXTENSION_USED);
    write_use(writer, outcome, "on_request", EXTENSION_ON_REQUEST);
    write_use(writer, outcome, "not_offered", EXTENSION_NOT_OFFERED);
    if (facts->size_limit > 0 && facts->size_limit <= INT64_MAX)
        json_write_integer(writer, "size_limit", (int64_t)facts->size_limit);
    else
        json_write_number(writer, "size_limit", 0);
    write_words(writer, "mechanisms", facts->mechanisms != NULL ? facts->mechanisms : "");
}

static void write_error(struct json_writer *writer, const struct check_outcome *outcome)
{
    const struct mailer_error *error = outcome->error;
    json_write_flag(writer, "ok", outcome->exit_code == EXIT_CODE_OK);
    json_write_integer(writer, "exit_code", (int64_t)outcome->exit_code);
    json_write_text(writer, "error", error->text);
    json_write_text(writer, "advice", outcome->advice);
    bool failed = error->error_class != MAILER_OK;
    json_write_text(writer, "stage", failed ? mailer_stage_name(error->stage) : NULL);
    json_write_number(writer, "code", error->smtp_code);
    json_write_text(writer, "enhanced", error->enhanced_code);
}

void check_json_write(FILE *out, const struct check_outcome *outcome)
{
    struct json_writer writer = {out, false};
    struct mailer_check_facts facts = MAILER_CHECK_FACTS_INIT;
    (void)mailer_check_facts(outcome->check, &facts);
    write_error(&writer, outcome);
    json_write_text(&writer, "host", facts.host);
    json_write_number(&writer, "port", (int)facts.port);
    json_write_text(&writer, "address", facts.address);
    json_write_flag(&writer, "by_proxy", facts.by_proxy);
    json_write_text(&writer, "tls_version", facts.tls_version);
    json_write_text(&writer, "tls_cipher", facts.tls_cipher);
    json_write_text(&writer, "trust", trust_names[facts.trust]);
    write_certificates(&writer, outcome);
    write_capabilities(&writer, outcome, &facts);
    json_write_text(&writer, "user", facts.user);
    json_write_text(&writer, "mechanism", facts.mechanism);
    json_write_flag(&writer, "logged_in", facts.logged_in);
    json_write_list(&writer, "warnings");
    for (size_t i = 0; i < outcome->warnings->count; i++)
        json_write_element(&writer, outcome->warnings->lines[i]);
    json_write_list_end(&writer);
    json_write_end(&writer);
}
