/* SPDX-License-Identifier: ISC */
/** @file policy.h  What to do about a connection that has failed: a table of class by stage. */
#ifndef CLIENT_POLICY_H
#define CLIENT_POLICY_H

#include <mailer/error.h>

#include <stdbool.h>

enum policy {
    POLICY_GIVE_UP = 0, /**< another server would fail as well, or must not be tried */
    POLICY_NEXT_SERVER  /**< what was neither accepted nor perhaps delivered goes to the next one */
};

/** What to do after a failure that ended a session. */
enum policy policy_for(enum mailer_error_class error_class, enum mailer_stage stage);

/** Whether the failure may pass by itself, so that a later try is worth it. */
bool policy_may_pass(enum mailer_error_class error_class);

#endif
