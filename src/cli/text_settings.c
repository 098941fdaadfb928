/* SPDX-License-Identifier: ISC */
#include "text_settings.h"

#include "content_source.h"
#include "text.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What the environment says of the locale's characters (POSIX, 8.2); NULL: nothing. */
static const char *locale_name(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *value = getenv(variables[i]);
        if (value != NULL && *value != '\0')
            return value;
    }
    return NULL;
}

/* Loading a locale takes time, so the names that say it all are not asked for. */
static bool is_plain(const char *name)
{
    const char *dot = strchr(name, '.');
    return strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0 ||
           (dot != NULL && (text_same(dot + 1, "UTF-8") || text_same(dot + 1, "utf8")));
}

/* The charset of the locale, to be freed; NULL when it is UTF-8, US-ASCII or not known. The locale
 * of the process stays "C": what goes to a server must not depend on it. */
static char *locale_charset(void)
{
    const char *name = locale_name();
    if (name == NULL || is_plain(name))
        return NULL;
    locale_t locale = newlocale(LC_CTYPE_MASK, name, (locale_t)0);
    if (locale == (locale_t)0)
        return NULL;
    const char *charset = nl_langinfo_l(CODESET, locale);
    bool tells = !text_same(charset, "UTF-8") && !text_same(charset, "ANSI_X3.4-1968") &&
                 !text_same(charset, "US-ASCII") && *charset != '\0';
    char *copy = tells ? strdup(charset) : NULL;
    freelocale(locale);
    return copy;
}

/* Whether a file is in a folder where its pictures may be. A pipe is not, whatever it is called. */
static bool has_folder(const char *file)
{
    struct stat status;
    return !content_source_is_input(file) && stat(file, &status) == 0 && S_ISREG(status.st_mode);
}

/* The folder that a file is in, to be freed; NULL without memory. */
static char *folder_of(const char *file)
{
    const char *slash = strrchr(file, '/');
    if (slash == NULL)
        return strdup(".");
    return strndup(file, slash == file ? 1 : (size_t)(slash - file));
}

int text_settings_apply(const struct send_options *options, struct mailer_message *message,
                        struct mailer_error *error, struct problem *problem)
{
    char *input = NULL, *fallback = NULL, *folder = NULL;
    struct mailer_text_options text = MAILER_TEXT_OPTIONS_INIT;
    text.flowed = options->flowed;
    text.text_from_html = true;
    int result = 0;
    if (options->charset != NULL) {
        size_t size = strcspn(options->charset, "=");
        bool has_output = options->charset[size] == '=';
        if (has_output && options->charset[size + 1] == '\0')
            return problem_set(problem, EXIT_CODE_USAGE,
                               "--charset %.100s: no charset behind the =", options->charset);
        input = size > 0 ? strndup(options->charset, size) : NULL;
        result = size > 0 && input == NULL ? problem_set_memory(problem) : 0;
        text.output_charset = has_output ? options->charset + size + 1 : NULL;
    }
    text.charset = input;
    text.fallback_charset = fallback = locale_charset();
    if (options->html_file != NULL && has_folder(options->html_file)) {
        folder = folder_of(options->html_file);
        result = folder == NULL ? problem_set_memory(problem) : result;
        text.picture_directory = folder;
    }
    if (result == 0)
        mailer_message_set_text_options(message, &text, error);
    free(input);
    free(fallback);
    free(folder);
    return result;
}
