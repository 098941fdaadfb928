/* SPDX-License-Identifier: ISC */
/**
 * @file catch.h
 * `mailer catch`: a small SMTP server that keeps what it gets, for trying scripts.
 *
 * One thread, one poll() loop, at most 64 connections; no TLS, no login, no delivery.
 */
#ifndef CATCH_CATCH_H
#define CATCH_CATCH_H

#include <mailer/error.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CATCH_DEFAULT_LISTEN     "127.0.0.1:1025"
#define CATCH_DEFAULT_DIRECTORY  "./caught"
#define CATCH_DEFAULT_SIZE_LIMIT (UINT64_C(8) << 30)

struct catch_options {
    const char *listen;    /**< NULL: CATCH_DEFAULT_LISTEN; port 0: a free one, which is printed */
    const char *directory; /**< where messages go; made when missing; NULL: they are discarded */
    size_t count;          /**< stop after so many messages; 0: never */
    bool quiet;            /**< no line for each message */
    const char *without;   /**< a comma list of extensions that are not announced; NULL: none */
    uint64_t size_limit;   /**< of a message; 0: CATCH_DEFAULT_SIZE_LIMIT */
    unsigned idle_seconds; /**< a connection without a word for so long ends; 0: 300 */
};

/**
 * Runs until SIGINT, SIGTERM, or the last of the messages asked for. Handles these two signals,
 * and ignores SIGXFSZ, until it returns; so only one can run in a process at a time.
 * @return 0 or an error class. The stage is MAILER_STAGE_MESSAGE when the folder is the trouble.
 */
int catch_run(const struct catch_options *options, struct mailer_error *error);

#endif
