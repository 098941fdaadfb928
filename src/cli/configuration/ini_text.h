/* SPDX-License-Identifier: ISC */
/**
 * @file ini_text.h
 * Texts of settings in the form of INI, as git has it: [section "name"], then key = value.
 *
 * The parser is inih, loaded when there is a text to read. What Python's notation does otherwise is
 * switched off: a line that is indented is a line of its own, and only a line that begins with # or
 * ; is a comment, as passwords hold both. A value in double quotes may have spaces at its ends, and
 * \" and \\ in it.
 */
#ifndef CLI_CONFIGURATION_INI_TEXT_H
#define CLI_CONFIGURATION_INI_TEXT_H

#include "problem.h"

#include <stddef.h>

/** The longest line. */
enum { INI_LINE_LIMIT = 16 * 1024 };

/** One setting, for the time of the call. */
struct ini_setting {
    const char *file; /**< as in ini_text_read() */
    int line;         /**< from 1 */
    const char *section;
    const char *name; /**< what stands in quotes behind the section's word; "" without */
    const char *key;
    const char *value; /**< never empty */
};

/** Takes one setting. Returns 0 or an exit code; the first that is not 0 ends the reading. */
typedef int ini_function(void *context, const struct ini_setting *setting, struct problem *problem);

/**
 * Reads a text and hands over its settings in order.
 * @param file  what errors call it: "FILE, line N: ...".
 * @param text  size octets of UTF-8; a byte order mark and CR LF are read as if they were not
 *              there. No copy of it is left in memory.
 * @return 0, what the function returned, or EXIT_CODE_CONFIGURATION for a text that is none.
 */
int ini_text_read(const char *file, const char *text, size_t size, ini_function *function,
                  void *context, struct problem *problem);

/** Sets a problem of a setting, with "FILE, line N: " in front of the words. */
int ini_problem(struct problem *problem, const struct ini_setting *setting, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
