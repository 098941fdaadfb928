/* SPDX-License-Identifier: ISC */
#include "policy.h"

#include <stddef.h>

/*
 * By class; what is not listed is given up. A server that cannot be reached, is not to be trusted
 * or does not want to speak with us says nothing of the next one. One that refuses the login does:
 * a wrong password tried at each server locks an account.
 */
static const struct {
    enum mailer_error_class error_class;
    enum policy policy;
} by_class[] = {{MAILER_RESOLVE, POLICY_NEXT_SERVER},   {MAILER_CONNECT, POLICY_NEXT_SERVER},
                {MAILER_NETWORK, POLICY_NEXT_SERVER},   {MAILER_TLS, POLICY_NEXT_SERVER},
                {MAILER_PROTOCOL, POLICY_NEXT_SERVER},  {MAILER_UNSUPPORTED, POLICY_NEXT_SERVER},
                {MAILER_TEMPORARY, POLICY_NEXT_SERVER}, {MAILER_PERMANENT, POLICY_NEXT_SERVER},
                {MAILER_AUTH, POLICY_GIVE_UP},          {MAILER_UNKNOWN, POLICY_GIVE_UP},
                {MAILER_SOURCE, POLICY_GIVE_UP},        {MAILER_USAGE, POLICY_GIVE_UP},
                {MAILER_CANCELLED, POLICY_GIVE_UP}};

/* Where the stage makes a difference. */
static const struct {
    enum mailer_error_class error_class;
    enum mailer_stage stage;
    enum policy policy;
} exceptions[] = {
    /* A login refused for good, be it with words of another class. */
    {MAILER_PERMANENT, MAILER_STAGE_AUTH, POLICY_GIVE_UP},
    {MAILER_PROTOCOL, MAILER_STAGE_AUTH, POLICY_GIVE_UP},
    /* Nobody knows what a server has done that answers nonsense to the end of a message. */
    {MAILER_PROTOCOL, MAILER_STAGE_END, POLICY_GIVE_UP},
};

enum policy policy_for(enum mailer_error_class error_class, enum mailer_stage stage)
{
    for (size_t i = 0; i < sizeof exceptions / sizeof *exceptions; i++)
        if (exceptions[i].error_class == error_class && exceptions[i].stage == stage)
            return exceptions[i].policy;
    for (size_t i = 0; i < sizeof by_class / sizeof *by_class; i++)
        if (by_class[i].error_class == error_class)
            return by_class[i].policy;
    return POLICY_GIVE_UP;
}

bool policy_may_pass(enum mailer_error_class error_class)
{
    return error_class == MAILER_CONNECT || error_class == MAILER_NETWORK ||
           error_class == MAILER_TEMPORARY;
}
