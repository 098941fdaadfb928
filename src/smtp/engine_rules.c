/* SPDX-License-Identifier: ISC */
#include "engine_private.h"

enum {
    DONE = SMTP_ACTION_DONE,
    GO_ON = SMTP_ACTION_GO_ON,
    REFUSED = SMTP_ACTION_REFUSED,
    FALL_BACK = SMTP_ACTION_FALL_BACK,
    FATAL = SMTP_ACTION_FATAL,
    PROTOCOL = SMTP_ACTION_PROTOCOL
};

/* Only the first digit counts (RFC 5321 4.2.1, 4.3.2). */
static const struct {
    enum mailer_stage stage;
    unsigned char actions[4]; /* for 2xx, 3xx, 4xx, 5xx */
} rules[SMTP_STEP_KINDS] = {
    [SMTP_STEP_GREETING] = {MAILER_STAGE_GREETING, {DONE, PROTOCOL, FATAL, FATAL}},
    [SMTP_STEP_EHLO] = {MAILER_STAGE_HELLO, {DONE, PROTOCOL, FATAL, FALL_BACK}},
    [SMTP_STEP_HELO] = {MAILER_STAGE_HELLO, {DONE, PROTOCOL, FATAL, FATAL}},
    [SMTP_STEP_STARTTLS] = {MAILER_STAGE_TLS, {DONE, REFUSED, REFUSED, REFUSED}},
    [SMTP_STEP_AUTH] = {MAILER_STAGE_AUTH, {DONE, GO_ON, REFUSED, REFUSED}},
    [SMTP_STEP_MAIL] = {MAILER_STAGE_SENDER, {DONE, PROTOCOL, REFUSED, REFUSED}},
    [SMTP_STEP_RCPT] = {MAILER_STAGE_RECIPIENT, {DONE, PROTOCOL, REFUSED, REFUSED}},
    [SMTP_STEP_DATA] = {MAILER_STAGE_BODY, {PROTOCOL, GO_ON, REFUSED, REFUSED}},
    [SMTP_STEP_END] = {MAILER_STAGE_END, {DONE, PROTOCOL, REFUSED, REFUSED}},
    [SMTP_STEP_CHUNK] = {MAILER_STAGE_BODY, {DONE, PROTOCOL, REFUSED, REFUSED}},
    [SMTP_STEP_LAST_CHUNK] = {MAILER_STAGE_END, {DONE, PROTOCOL, REFUSED, REFUSED}},
    [SMTP_STEP_RSET] = {MAILER_STAGE_RESET, {DONE, PROTOCOL, REFUSED, REFUSED}},
    [SMTP_STEP_QUIT] = {MAILER_STAGE_QUIT, {DONE, DONE, DONE, DONE}},
};

enum smtp_action smtp_engine_rule(enum smtp_step_kind kind, int code)
{
    return (enum smtp_action)rules[kind].actions[code / 100 - 2];
}

enum mailer_stage smtp_engine_stage(enum smtp_step_kind kind)
{
    return rules[kind].stage;
}
