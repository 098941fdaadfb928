/* SPDX-License-Identifier: ISC */
/** @file help.h  The help of a command, made from its table of options. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "buffer.h"
#include "option/option.h"

/**
 * Adds one line or more for each option that is shown, under the headings of the sections, none
 * wider than 80 columns.
 */
void help_append_options(struct buffer *buffer, const struct option_set *set);

/** Adds words behind an indented term, broken at spaces, and goes on below where they began. */
void help_append_row(struct buffer *buffer, const char *term, const char *words);

#endif
