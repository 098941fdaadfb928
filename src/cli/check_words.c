/* SPDX-License-Identifier: ISC */
#include "check_words.h"

#include "extension_use.h"

#include <inttypes.h>
#include <string.h>

enum { SECONDS_A_DAY = 86400 };

/* ---- The certificates ---- */

static void append_days(struct buffer *text, const char *before, int64_t seconds,
                        const char *behind)
{
    int64_t days = seconds / SECONDS_A_DAY;
    if (days == 0)
        buffer_append_format(text, "%sless than a day%s", before, behind);
    else
        buffer_append_format(text, "%s%" PRId64 " day%s%s", before, days, days == 1 ? "" : "s",
                             behind);
}

/* "good for 43 days", or what else there is to say of its dates. */
static void append_dates(struct buffer *text, const struct mailer_certificate *certificate,
                         time_t now)
{
    int64_t left = certificate->not_after - now;
    if (certificate->not_after == 0)
        buffer_append_string(text, "of unreadable dates");
    else if (certificate->not_before > now)
        append_days(text, "not valid before ", certificate->not_before - now, " from now");
    else if (left < 0)
        append_days(text, "expired ", -left, " ago");
    else
        append_days(text, "good for ", left, "");
}

static const char *or_nobody(const char *name)
{
    return *name != '\0' ? name : "(no name)";
}

static void append_chain(struct buffer *text, const struct check_outcome *outcome)
{
    struct mailer_certificate certificate = MAILER_CERTIFICATE_INIT;
    for (size_t i = 0; mailer_check_certificate(outcome->check, i, &certificate) == 0; i++) {
        buffer_append_format(
            text, "  certificate %zu: %s, signed by %s, ", i + 1, or_nobody(certificate.subject),
            strcmp(certificate.subject, certificate.issuer) == 0 ? "itself"
                                                                 : or_nobody(certificate.issuer));
        append_dates(text, &certificate, outcome->now);
        if (*certificate.names != '\0')
            buffer_append_format(text, ", for %s", certificate.names);
        buffer_append_char(text, '\n');
    }
}

/* What to do about a certificate that is not trusted. */
static void append_way_out(struct buffer *text, const struct mailer_certificate *certificate)
{
    buffer_append_format(
        text,
        "  if all that is wrong is that its authority is not known here: --ca-file FILE, with that "
        "one's certificate;\n"
        "  if it must do as it is, and you have compared this key with what the server's "
        "administrator says by another way:\n"
        "  --tls-pin %s\n",
        certificate->key_pin);
}

static const char *trust_words(enum mailer_trust trust)
{
    static const char *const words[] = {
        [MAILER_TRUST_NO_TLS] = "",
        [MAILER_TRUST_FAILED] = "not accepted",
        [MAILER_TRUST_NOT_CHECKED] = "not checked",
        [MAILER_TRUST_BY_AUTHORITY] = "verified",
        [MAILER_TRUST_BY_PIN] = "pinned",
        [MAILER_TRUST_BY_BOTH] = "verified and pinned",
    };
    return words[trust];
}

static void append_tls(struct buffer *text, const struct check_outcome *outcome,
                       const struct mailer_check_facts *facts)
{
    struct mailer_certificate first = MAILER_CERTIFICATE_INIT;
    bool has_certificate = mailer_check_certificate(outcome->check, 0, &first) == 0;
    if (facts->trust == MAILER_TRUST_NO_TLS) {
        if (facts->is_ready)
            buffer_append_string(text, "no TLS: the connection is not encrypted\n");
        return;
    }
    if (facts->tls_version[0] != '\0')
        buffer_append_format(text, "%s, %s", facts->tls_version, facts->tls_cipher);
    else
        buffer_append_string(text, "TLS was not set up");
    if (has_certificate) {
        size_t size = strcspn(first.names, " ");
        buffer_append_string(text, ", certificate of ");
        if (size > 0)
            buffer_append(text, first.names, size);
        else
            buffer_append_string(text, or_nobody(first.subject));
        buffer_append_format(text, " by %s, ", or_nobody(first.authority));
        append_dates(text, &first, outcome->now);
        buffer_append_format(text, ", %s", trust_words(facts->trust));
    }
    buffer_append_char(text, '\n');
    append_chain(text, outcome);
    if (has_certificate && facts->trust == MAILER_TRUST_FAILED)
        append_way_out(text, &first);
}

/* ---- What it can ---- */

static void append_use(struct buffer *text, const struct check_outcome *outcome,
                       enum extension_use use, const char *heading)
{
    struct extension_line line;
    bool has_heading = false;
    for (size_t i = 0; extension_use_line(outcome->check, outcome->widest, i, &line); i++) {
        if (line.use != use)
            continue;
        if (!has_heading)
            buffer_append_format(text, "%s:\n", heading);
        has_heading = true;
        buffer_append_format(text, "  %-13s  %s\n", line.keyword, line.words);
    }
}

static void append_capabilities(struct buffer *text, const struct check_outcome *outcome,
                                const struct mailer_check_facts *facts)
{
    if (!facts->extended) {
        if (facts->is_ready)
            buffer_append_string(text, "it speaks only HELO and offers nothing\n");
        return;
    }
    buffer_append_string(text, facts->line_count > 0 ? "it offers:" : "it offers nothing");
    const char *line;
    for (size_t i = 0; (line = mailer_check_line(outcome->check, i)) != NULL; i++)
        buffer_append_format(text, "%s %s", i > 0 ? ";" : "", line);
    buffer_append_char(text, '\n');
    if (!facts->is_ready)
        return;
    append_use(text, outcome, EXTENSION_USED, "will be used");
    append_use(text, outcome, EXTENSION_ON_REQUEST, "on request");
    append_use(text, outcome, EXTENSION_NOT_OFFERED, "not offered");
    if (facts->size_limit > 0)
        buffer_append_format(text, "a message may have %" PRIu64 " octets\n", facts->size_limit);
}

static void append_login(struct buffer *text, const struct mailer_check_facts *facts)
{
    if (facts->user[0] == '\0')
        buffer_append_string(text, facts->is_ready ? "no login was asked for\n" : "");
    else if (facts->mechanism[0] != '\0')
        buffer_append_format(text, "login as %s by %s: %s\n", facts->user, facts->mechanism,
                             facts->logged_in ? "ok" : "failed");
}

void check_words_append(struct buffer *text, const struct check_outcome *outcome)
{
    struct mailer_check_facts facts = MAILER_CHECK_FACTS_INIT;
    if (mailer_check_facts(outcome->check, &facts) == 0 && facts.address[0] != '\0') {
        if (facts.by_proxy)
            buffer_append_format(text, "connected to %s by the proxy (%s)\n", facts.host,
                                 facts.address);
        else
            buffer_append_format(text, "connected to %s (%s)\n", facts.host, facts.address);
        append_tls(text, outcome, &facts);
        append_capabilities(text, outcome, &facts);
        append_login(text, &facts);
    }
    for (size_t i = 0; i < outcome->warnings->count; i++)
        buffer_append_format(text, "warning: %s\n", outcome->warnings->lines[i]);
}
