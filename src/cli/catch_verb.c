/* SPDX-License-Identifier: ISC */
#include "verbs.h"

#include "catch.h"
#include "help.h"
#include "option/option.h"
#include "report.h"

#include <limits.h>

enum { HELP_LIMIT = 64 * 1024 };

struct catch_arguments {
    struct option_state state;
    const char *listen;
    const char *directory;
    const char *without;
    int count;
    int size_limit;
    int idle_seconds;
    bool discard;
    bool quiet;
    bool help;
};

static const char *const sections[] = {"Options"};

enum { GROUP_DESTINATION = 1 };

#define AT(member) .offset = offsetof(struct catch_arguments, member)

/* clang-format off */
static const struct option options_table[] = {
    {"listen", NULL, "ADDRESS:PORT", "where to listen, " CATCH_DEFAULT_LISTEN " by default; port 0 "
     "takes a free one and prints it",
     0, OPTION_TEXT, AT(listen)},
    {"dir", NULL, "DIR", "where messages go, " CATCH_DEFAULT_DIRECTORY " by default",
     0, OPTION_TEXT, AT(directory), .group = GROUP_DESTINATION},
    {"discard", NULL, NULL, "keep nothing",
     0, OPTION_FLAG, AT(discard), .group = GROUP_DESTINATION},
    {"count", NULL, "N", "end after so many messages",
     0, OPTION_NUMBER, AT(count), .minimum = 1, .maximum = INT_MAX},
    {"quiet", NULL, NULL, "no line for each message",
     0, OPTION_FLAG, AT(quiet)},
    {"without", NULL, "NAME[,NAME...]", "extensions not to offer, such as CHUNKING",
     0, OPTION_TEXT, AT(without)},
    {"size-limit", NULL, "OCTETS", "the largest message to take",
     0, OPTION_NUMBER, AT(size_limit), .minimum = 1, .maximum = INT_MAX},
    {"idle", NULL, "SECONDS", "how long a connection may be silent",
     0, OPTION_NUMBER, AT(idle_seconds), .minimum = 1, .maximum = 86400},
    {"help", "h", NULL, "show this help",
     0, OPTION_FLAG, AT(help)},
};
/* clang-format on */

const struct option_set catch_option_set = {
    options_table, sizeof options_table / sizeof *options_table, sections, 1, 0};

static int show_help(void)
{
    struct buffer text = buffer_empty(HELP_LIMIT);
    buffer_append_string(&text, "Usage: mailer catch [OPTION...]\n"
                                "Runs a mail server that keeps what it gets and delivers nothing, "
                                "until it is\ninterrupted.\n");
    help_append_options(&text, &catch_option_set);
    return verb_show(&text);
}

static int run(const struct catch_arguments *arguments, struct problem *problem)
{
    struct catch_options options = {
        .listen = arguments->listen,
        .directory = arguments->directory != NULL ? arguments->directory : CATCH_DEFAULT_DIRECTORY,
        .count = (size_t)arguments->count,
        .quiet = arguments->quiet,
        .without = arguments->without,
        .size_limit = (uint64_t)arguments->size_limit,
        .idle_seconds = (unsigned)arguments->idle_seconds,
    };
    if (arguments->discard)
        options.directory = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    if (catch_run(&options, &error) == 0)
        return 0;
    if (error.error_class == MAILER_SYSTEM && error.stage == MAILER_STAGE_MESSAGE)
        return problem_set(problem, EXIT_CODE_CREATE, "%s", error.text);
    return problem_set_error(problem, &error);
}

int catch_verb(int count, char **words)
{
    struct catch_arguments arguments = {0};
    struct problem problem = {0};
    int result =
        option_parse(&catch_option_set, count, words, &arguments.state, &arguments, &problem);
    if (result == 0 && arguments.help)
        result = show_help();
    else if (result == 0 && arguments.state.operands.count > 0)
        result = problem_set(&problem, EXIT_CODE_USAGE,
                             "mailer catch takes options only, not \"%.200s\"",
                             arguments.state.operands.items[0]);
    else if (result == 0)
        result = run(&arguments, &problem);
    if (problem.exit_code != EXIT_CODE_OK)
        report_problem(stderr, &problem);
    text_list_free(&arguments.state.operands);
    return result;
}
