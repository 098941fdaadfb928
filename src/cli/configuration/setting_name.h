/* SPDX-License-Identifier: ISC */
/** @file setting_name.h  The key=value of -S: our keys, and the names that s-nail has for them. */
#ifndef CLI_CONFIGURATION_SETTING_NAME_H
#define CLI_CONFIGURATION_SETTING_NAME_H

#include "option/option.h"

struct setting_value {
    const struct option *option; /**< NULL: known, and without effect here */
    char *value;
};

/**
 * Reads key=value, or the key alone of what s-nail switches on.
 * @param text     is written to; the value stays in it.
 * @return 0, or EXIT_CODE_USAGE.
 */
int setting_name_read(char *text, struct setting_value *setting, struct problem *problem);

#endif
