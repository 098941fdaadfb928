/* SPDX-License-Identifier: ISC */
/** @file missing_file.h  What cannot be attached and is said in the text: --on-missing-attachment.
 */
#ifndef CLI_MISSING_FILE_H
#define CLI_MISSING_FILE_H

#include "options.h"

#include <stdio.h>

/**
 * Takes the attachments out that are missing or cannot be read, if the options say so: each gets a
 * note in their place.
 * @return 0, or the exit code of what is wrong in another way.
 */
int missing_file_note(struct send_options *options, struct problem *problem);

/** Says on lines of their own what was taken out, when some or all may have got the message. */
void missing_file_tell(const struct send_options *options, FILE *out, int exit_code);

#endif
