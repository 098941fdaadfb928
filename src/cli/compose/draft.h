/* SPDX-License-Identifier: ISC */
/**
 * @file draft.h
 * A message that is being written, and the file that keeps it when it is interrupted.
 *
 * The files are in $XDG_STATE_HOME/mailer/drafts, for their owner alone. One has lines such as
 * "To: ...", then an empty line, then the text.
 */
#ifndef CLI_COMPOSE_DRAFT_H
#define CLI_COMPOSE_DRAFT_H

#include "buffer.h"
#include "problem.h"

#include <stdbool.h>

enum { DRAFT_TEXT_LIMIT = 64 * 1024 * 1024 };

/** Make one with draft_empty(). All strings are owned; NULL: not given. */
struct draft {
    char *to;
    char *cc;
    char *subject;
    struct buffer text;
    char **files; /**< to be attached */
    size_t file_count;
    char *path; /**< where it is kept; NULL: nowhere yet */
};

struct draft draft_empty(void);

/** Whether nothing has been given yet. */
bool draft_is_empty(const struct draft *draft);

int draft_add_file(struct draft *draft, const char *file, struct problem *problem);

/**
 * The folder of drafts, which is made if need be.
 * @param folder  receives its path, to be freed.
 * @return 0; EXIT_CODE_CREATE when it cannot be made, or is somebody else's.
 */
int draft_folder(char **folder, struct problem *problem);

/** Writes it to a file of its own, in place of the one it is kept in: draft->path. */
int draft_save(struct draft *draft, struct problem *problem);

/** The same, under a name that draft_find() passes over. */
int draft_save_apart(struct draft *draft, struct problem *problem);

/**
 * The path of the newest draft, to be freed, or NULL.
 */
char *draft_find(void);

/** Reads a draft. @return 0, EXIT_CODE_INPUT for a file that is none, EXIT_CODE_SYSTEM. */
int draft_load(struct draft *draft, const char *path, struct problem *problem);

/** Removes the file, if there is one. */
void draft_remove(struct draft *draft);

void draft_free(struct draft *draft);

#endif
