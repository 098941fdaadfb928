/* SPDX-License-Identifier: ISC */
/** @file text_editor.h  The editor that $VISUAL or $EDITOR names, else vi. */
#ifndef CLI_COMPOSE_TEXT_EDITOR_H
#define CLI_COMPOSE_TEXT_EDITOR_H

#include "buffer.h"
#include "problem.h"

/**
 * Lets somebody change a text: it is in a file for its owner alone meanwhile.
 * @return 0; EXIT_CODE_CREATE, EXIT_CODE_IO; EXIT_CODE_INPUT when the editor fails. The text stays
 *         as it was then.
 */
int text_editor_run(struct buffer *text, struct problem *problem);

#endif
