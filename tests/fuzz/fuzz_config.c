/* SPDX-License-Identifier: ISC */
/** @file fuzz_config.c  Any text is settings, or is refused with the line where it goes wrong; and
 * any text can be what another program has for accounts. */
#include "accounts/account_import.h"
#include "configuration/ini_text.h"
#include "configuration/setting_name.h"

#include "text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

struct seen {
    int line;
    int lines;
};

static int check_setting(void *context, const struct ini_setting *setting, struct problem *problem)
{
    (void)problem;
    struct seen *seen = context;
    require(setting->line > seen->line && setting->line <= seen->lines);
    seen->line = setting->line;
    require(*setting->value != '\0' && strpbrk(setting->value, "\r\n") == NULL);
    require(text_is_utf8(setting->value, strlen(setting->value)));
    require(strpbrk(setting->name, "\"\n") == NULL && strpbrk(setting->section, " \t\n") == NULL);
    return 0;
}

static void check_setting_name(const char *text, size_t size)
{
    char *line = strndup(text, size);
    struct setting_value setting;
    struct problem problem = {0};
    require(line != NULL);
    size_t length = strlen(line);
    if (setting_name_read(line, &setting, &problem) == 0) {
        require(setting.option == NULL || *setting.value != '\0');
        require(strlen(setting.value) <= length || !text_same(setting.value, line));
    } else {
        require(problem.exit_code == EXIT_CODE_USAGE);
    }
    free(line);
}

static void check_import(account_importer *importer, const char *bytes, size_t size)
{
    char *text = strndup(bytes, size);
    struct account_import import = {0};
    struct problem problem = {0};
    require(text != NULL);
    int result = importer(&import, text, &problem);
    require(result == (int)problem.exit_code);
    for (size_t i = 0; i < import.count && result == 0; i++)
        require(*import.drafts[i].name != '\0' &&
                account_draft_get(&import.drafts[i], "server") != NULL);
    account_import_free(&import);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct problem problem = {0};
    struct seen seen = {.lines = 1};
    for (size_t i = 0; i < size; i++)
        seen.lines += data[i] == '\n';
    int result = ini_text_read("file", (const char *)data, size, check_setting, &seen, &problem);
    require(result == 0 || result == EXIT_CODE_CONFIGURATION);
    require(result == 0 || strncmp(problem.text, "file, line ", 11) == 0);
    check_setting_name((const char *)data, size);
    check_import(account_import_msmtp, (const char *)data, size);
    check_import(account_import_mailrc, (const char *)data, size);
    check_import(account_import_git, (const char *)data, size);
    return 0;
}
