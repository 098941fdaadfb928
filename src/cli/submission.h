/* SPDX-License-Identifier: ISC */
/**
 * @file submission.h
 * SMTP with a program of this machine (sendmail -bs): what it hands in goes to the server before it
 * is told how that went.
 */
#ifndef CLI_SUBMISSION_H
#define CLI_SUBMISSION_H

#include "problem.h"

#include <mailer/send.h>

struct submission {
    const struct mailer_server *server;
    const char *domain; /**< of addresses without one; NULL: they stay as they are */
};

/**
 * Speaks until QUIT or the end of input.
 * @param input   descriptor to read from.
 * @param output  descriptor for the replies.
 * @return 0, whatever became of the messages; or EXIT_CODE_IO, EXIT_CODE_SYSTEM.
 */
int submission_serve(const struct submission *submission, int input, int output,
                     struct problem *problem);

#endif
