/* SPDX-License-Identifier: ISC */
/**
 * @file exit_code.h
 * What the program ends with: sysexits, and two codes of its own. Scripts rely on these.
 *
 * They are named here because <sysexits.h> is in no standard.
 */
#ifndef CLI_EXIT_CODE_H
#define CLI_EXIT_CODE_H

#include <mailer/error.h>

#include <stdbool.h>

enum exit_code {
    EXIT_CODE_OK = 0,
    EXIT_CODE_USAGE = 64,       /**< wrong use of the command line */
    EXIT_CODE_DATA = 65,        /**< an address, header or message that cannot be sent */
    EXIT_CODE_INPUT = 66,       /**< an input file is missing or unfit */
    EXIT_CODE_RECIPIENT = 67,   /**< every recipient was refused for good */
    EXIT_CODE_HOST = 68,        /**< the server's name is unknown */
    EXIT_CODE_UNAVAILABLE = 69, /**< refused for good otherwise, or no TLS as asked for */
    EXIT_CODE_SOFTWARE = 70,    /**< a defect of this program */
    EXIT_CODE_SYSTEM = 71,
    EXIT_CODE_CREATE = 73, /**< an output file cannot be made */
    EXIT_CODE_IO = 74,
    EXIT_CODE_TEMPORARY = 75, /**< may well work later */
    EXIT_CODE_PROTOCOL = 76,  /**< the server does not speak SMTP */
    EXIT_CODE_LOGIN = 77,
    EXIT_CODE_CONFIGURATION = 78,
    EXIT_CODE_PARTIAL = 79, /**< some recipients were refused, the message went to the others */
    EXIT_CODE_UNKNOWN = 80  /**< it may have been delivered */
};

/** The policy: the exit code for an error, by its class and stage. 0 while it is not set. */
enum exit_code exit_code_for_error(const struct mailer_error *error);

/**
 * Sums up the fates of a message's recipients into one exit code. Start from zero.
 *
 * Nobody accepted and all for one reason: that reason's code. For several reasons: may have been
 * delivered, before try again, before the first reason that is more than a refused recipient.
 */
struct exit_code_tally {
    unsigned long accepted;
    unsigned long failed;
    bool temporary;
    bool unknown;
    enum exit_code first;
    enum exit_code first_beside_recipient;
};

/** Adds one recipient's fate; an error of class MAILER_OK means accepted. */
void exit_code_tally_add(struct exit_code_tally *tally, const struct mailer_error *error);

/** The exit code for what was added; 0 when nothing was. */
enum exit_code exit_code_of_tally(const struct exit_code_tally *tally);

#endif
