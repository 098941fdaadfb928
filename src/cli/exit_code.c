/* SPDX-License-Identifier: ISC */
#include "exit_code.h"

#include <errno.h>
#include <stddef.h>

/* Of a class, the code at most stages, and those at which it is another. */
struct exception {
    enum mailer_stage stage;
    enum exit_code code;
};

enum { EXCEPTIONS = 3 };

static const struct policy {
    enum exit_code code;
    struct exception exceptions[EXCEPTIONS];
} policies[] = {
    [-MAILER_OK] = {EXIT_CODE_OK, {{0}}},
    [-MAILER_USAGE] = {EXIT_CODE_USAGE, {{0}}},
    [-MAILER_DATA] = {EXIT_CODE_DATA, {{0}}},
    [-MAILER_MEMORY] = {EXIT_CODE_SYSTEM, {{0}}},
    /* A file that was there and fails or changes while it is being sent is no missing input. */
    [-MAILER_SOURCE] = {EXIT_CODE_INPUT,
                        {{MAILER_STAGE_BODY, EXIT_CODE_IO}, {MAILER_STAGE_END, EXIT_CODE_IO}}},
    [-MAILER_SYSTEM] = {EXIT_CODE_SYSTEM, {{0}}},
    [-MAILER_RESOLVE] = {EXIT_CODE_HOST, {{0}}},
    [-MAILER_CONNECT] = {EXIT_CODE_TEMPORARY, {{0}}},
    [-MAILER_NETWORK] = {EXIT_CODE_TEMPORARY, {{MAILER_STAGE_END, EXIT_CODE_UNKNOWN}}},
    [-MAILER_TLS] = {EXIT_CODE_UNAVAILABLE, {{0}}},
    [-MAILER_AUTH] = {EXIT_CODE_LOGIN, {{0}}},
    [-MAILER_PROTOCOL] = {EXIT_CODE_PROTOCOL, {{MAILER_STAGE_TLS, EXIT_CODE_UNAVAILABLE}}},
    [-MAILER_UNSUPPORTED] = {EXIT_CODE_UNAVAILABLE, {{MAILER_STAGE_AUTH, EXIT_CODE_LOGIN}}},
    [-MAILER_TEMPORARY] = {EXIT_CODE_TEMPORARY, {{0}}},
    [-MAILER_PERMANENT] = {EXIT_CODE_UNAVAILABLE,
                           {{MAILER_STAGE_RECIPIENT, EXIT_CODE_RECIPIENT},
                            {MAILER_STAGE_AUTH, EXIT_CODE_LOGIN}}},
    [-MAILER_UNKNOWN] = {EXIT_CODE_UNKNOWN, {{0}}},
    [-MAILER_CANCELLED] = {EXIT_CODE_TEMPORARY, {{0}}},
};

enum exit_code exit_code_for_error(const struct mailer_error *error)
{
    int index = -(int)error->error_class;
    if (index < 0 || (size_t)index >= sizeof policies / sizeof *policies)
        return EXIT_CODE_SOFTWARE;
    /* The input was there, and reading it failed. */
    if (error->error_class == MAILER_SOURCE && error->system_code == EIO)
        return EXIT_CODE_IO;
    const struct policy *policy = &policies[index];
    for (size_t i = 0; i < EXCEPTIONS && policy->exceptions[i].code != EXIT_CODE_OK; i++)
        if (policy->exceptions[i].stage == error->stage)
            return policy->exceptions[i].code;
    return policy->code;
}

void exit_code_tally_add(struct exit_code_tally *tally, const struct mailer_error *error)
{
    enum exit_code code = exit_code_for_error(error);
    if (code == EXIT_CODE_OK) {
        tally->accepted++;
        return;
    }
    if (tally->failed++ == 0)
        tally->first = code;
    if (code != EXIT_CODE_RECIPIENT && tally->first_beside_recipient == EXIT_CODE_OK)
        tally->first_beside_recipient = code;
    tally->temporary |= code == EXIT_CODE_TEMPORARY;
    tally->unknown |= code == EXIT_CODE_UNKNOWN;
}

enum exit_code exit_code_of_tally(const struct exit_code_tally *tally)
{
    if (tally->failed == 0)
        return EXIT_CODE_OK;
    if (tally->unknown)
        return EXIT_CODE_UNKNOWN;
    if (tally->accepted > 0)
        return EXIT_CODE_PARTIAL;
    if (tally->temporary)
        return EXIT_CODE_TEMPORARY;
    return tally->first_beside_recipient != EXIT_CODE_OK ? tally->first_beside_recipient
                                                         : tally->first;
}
