/* SPDX-License-Identifier: ISC */
/** @file personality.h  The names that the program answers to as others do. */
#ifndef CLI_NAMES_PERSONALITY_H
#define CLI_NAMES_PERSONALITY_H

enum personality {
    PERSONALITY_MAILER,
    PERSONALITY_SENDMAIL,
    PERSONALITY_MAIL, /**< mail and mailx */
    PERSONALITY_MAILQ,
    PERSONALITY_NEWALIASES
};

/**
 * Tells by the last part of a path.
 * @param path  argv[0]; NULL is fine.
 */
enum personality personality_of(const char *path);

#endif
