/* SPDX-License-Identifier: ISC */
#include "names/names_verb.h"

#include "names/rewrite.h"
#include "report.h"
#include "verbs.h"

#include <string.h>

enum { TEXT_LIMIT = 256 };

/* What asks for a queue is told that there is none, in the words that scripts look for. */
static int show_queue(void)
{
    struct buffer text = buffer_empty(TEXT_LIMIT);
    buffer_append_string(&text, "Mail queue is empty (each mail goes to the server at once)\n");
    return verb_show(&text);
}

/* sendmail always reads a message with its header. */
static int add_message(struct rewrite *rewrite, struct problem *problem)
{
    for (size_t i = 0; i < rewrite->options.count; i++)
        if (strncmp(rewrite->options.items[i], "--eml", strlen("--eml")) == 0)
            return 0;
    return rewrite->reads_recipients ? 0 : rewrite_add(rewrite, "--eml", "-", problem);
}

static int run_task(struct rewrite *rewrite, bool is_sendmail, struct problem *problem)
{
    struct text_list words = {0};
    int result = is_sendmail && rewrite->task == TASK_SEND ? add_message(rewrite, problem) : 0;
    if (result == 0)
        result = rewrite_join(rewrite, &words, problem);
    if (result == 0 && rewrite->task == TASK_SEND)
        result = send_verb((int)words.count, (char **)words.items);
    else if (result == 0 && rewrite->task == TASK_SERVE)
        result = serve_verb((int)words.count, (char **)words.items);
    else if (result == 0 && rewrite->task == TASK_LIST_QUEUE)
        result = show_queue();
    text_list_free(&words);
    return result;
}

int names_run(enum personality personality, int count, char **arguments)
{
    const struct letter_set *set =
        personality == PERSONALITY_MAIL ? &mail_letters : &sendmail_letters;
    struct rewrite rewrite = {0};
    struct problem problem = {0};
    if (personality == PERSONALITY_MAILQ)
        return show_queue();
    if (personality == PERSONALITY_NEWALIASES)
        return 0;
    int result = rewrite_read(&rewrite, set, count, arguments, &problem);
    if (result == 0)
        result = run_task(&rewrite, set == &sendmail_letters, &problem);
    if (problem.exit_code != EXIT_CODE_OK)
        report_problem(stderr, &problem);
    rewrite_free(&rewrite);
    return result;
}
