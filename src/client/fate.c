/* SPDX-License-Identifier: ISC */
#include <mailer/send.h>

#include <stddef.h>

/* By class; UNKNOWN at the end of a message is told below. */
static const enum mailer_fate fates[] = {
    [-MAILER_OK] = MAILER_FATE_ACCEPTED,         [-MAILER_USAGE] = MAILER_FATE_REFUSED,
    [-MAILER_DATA] = MAILER_FATE_REFUSED,        [-MAILER_MEMORY] = MAILER_FATE_TRY_AGAIN,
    [-MAILER_SOURCE] = MAILER_FATE_REFUSED,      [-MAILER_SYSTEM] = MAILER_FATE_TRY_AGAIN,
    [-MAILER_RESOLVE] = MAILER_FATE_REFUSED,     [-MAILER_CONNECT] = MAILER_FATE_TRY_AGAIN,
    [-MAILER_NETWORK] = MAILER_FATE_TRY_AGAIN,   [-MAILER_TLS] = MAILER_FATE_REFUSED,
    [-MAILER_AUTH] = MAILER_FATE_REFUSED,        [-MAILER_PROTOCOL] = MAILER_FATE_REFUSED,
    [-MAILER_UNSUPPORTED] = MAILER_FATE_REFUSED, [-MAILER_TEMPORARY] = MAILER_FATE_TRY_AGAIN,
    [-MAILER_PERMANENT] = MAILER_FATE_REFUSED,   [-MAILER_UNKNOWN] = MAILER_FATE_UNKNOWN,
    [-MAILER_CANCELLED] = MAILER_FATE_TRY_AGAIN,
};

enum mailer_fate mailer_fate_of(const struct mailer_error *error)
{
    int index = -(int)error->error_class;
    /* A class that is not known may mean anything. */
    if (index < 0 || (size_t)index >= sizeof fates / sizeof *fates)
        return MAILER_FATE_UNKNOWN;
    /* Whoever answers nonsense to the end of a message, or hangs up, may have taken it. */
    bool is_no_answer =
        error->error_class == MAILER_PROTOCOL || error->error_class == MAILER_NETWORK;
    if (is_no_answer && error->stage == MAILER_STAGE_END)
        return MAILER_FATE_UNKNOWN;
    return fates[index];
}

const char *mailer_fate_name(enum mailer_fate fate)
{
    static const char *const names[] = {
        [MAILER_FATE_ACCEPTED] = "accepted",
        [MAILER_FATE_REFUSED] = "refused",
        [MAILER_FATE_TRY_AGAIN] = "try_again",
        [MAILER_FATE_UNKNOWN] = "unknown",
    };
    return (size_t)fate < sizeof names / sizeof *names ? names[fate] : "unknown";
}
