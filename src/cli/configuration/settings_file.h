/* SPDX-License-Identifier: ISC */
/** @file settings_file.h  Files of settings: only those that nobody else can have written. */
#ifndef CLI_CONFIGURATION_SETTINGS_FILE_H
#define CLI_CONFIGURATION_SETTINGS_FILE_H

#include "configuration/ini_text.h"

#include <stdbool.h>

/** The largest file. */
enum { SETTINGS_FILE_LIMIT = 1024 * 1024 };

struct settings_file {
    const char *path;
    bool must_exist;
    bool found;           /**< set by settings_file_read(), before the first setting */
    bool others_may_read; /**< likewise */
};

/**
 * Reads a file and hands over its settings. What was in memory of it is wiped.
 * @return 0, also when there is no such file and none must be; what the function returned; or
 *         EXIT_CODE_CONFIGURATION for a file that is none, too large, of another user, or
 *         one that others may write.
 */
int settings_file_read(struct settings_file *file, ini_function *function, void *context,
                       struct problem *problem);

/**
 * Where a path leads that is written in a file: ~/ is the home directory, and what is relative
 * begins at the file's folder.
 * @return a string to be freed, or NULL without memory.
 */
char *settings_file_path(const char *file, const char *path);

#endif
