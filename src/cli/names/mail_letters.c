/* SPDX-License-Identifier: ISC */
#include "attachment.h"
#include "names/rewrite.h"
#include "text.h"

#include <string.h>
#include <sys/stat.h>

static bool ends_in(const char *text, const char *end)
{
    size_t size = strlen(text);
    return size >= strlen(end) && text_same(text + size - strlen(end), end);
}

static bool is_field(const char *header, const char *name)
{
    return text_same_bytes(header, strcspn(header, ":"), name);
}

/* A header field, as -a of bsd-mailx and mailutils takes it. What describes the message as a whole
 * has options of its own here. */
static int add_header(struct rewrite *rewrite, char *header, struct problem *problem)
{
    char *value = header + strcspn(header, ":");
    value += *value == ':';
    value += strspn(value, " \t");
    if (is_field(header, "From"))
        return rewrite_add(rewrite, "-r", value, problem);
    if (is_field(header, "Content-Type"))
        return rewrite_add(rewrite, "-M", value, problem);
    /* These are made of what is in the message. */
    if (is_field(header, "MIME-Version") || is_field(header, "Content-Transfer-Encoding"))
        return 0;
    return rewrite_add(rewrite, "-H", header, problem);
}

static int custom(struct rewrite *rewrite, char letter, char *argument, struct problem *problem)
{
    struct stat status;
    switch (letter) {
    case 'a':
        if (stat(argument, &status) != 0 && attachment_looks_like_header(argument))
            return add_header(rewrite, argument, problem);
        return rewrite_add(rewrite, "-a", argument, problem);
    case 'C':
        return add_header(rewrite, argument, problem);
    case 'm':
        return rewrite_add(
            rewrite, ends_in(argument, ".html") || ends_in(argument, ".htm") ? "--html" : "--text",
            argument, problem);
    default: /* -n: our table may not have it */
        return rewrite_is_ours('n') ? rewrite_add(rewrite, "-n", NULL, problem) : 0;
    }
}

#define READS "reads mail, and this program only sends it"
#define RUNS  "runs commands of that program, which this one does not know"

static const struct letter letters[] = {
    {"a", ARGUMENT_NEEDED, LETTER_CUSTOM, NULL},
    {"C", ARGUMENT_NEEDED, LETTER_CUSTOM, NULL},
    {"m", ARGUMENT_NEEDED, LETTER_CUSTOM, NULL},
    {"n", ARGUMENT_NONE, LETTER_CUSTOM, NULL},
    {"eHfLpRu", ARGUMENT_GLUED, LETTER_REFUSED, READS},
    {"F", ARGUMENT_GLUED, LETTER_REFUSED, "keeps copies in files, which this program does not do"},
    {"XY", ARGUMENT_GLUED, LETTER_REFUSED, RUNS},
    {":", ARGUMENT_NEEDED, LETTER_IGNORED, NULL},
    /* For reading and for writing at a terminal. A ~ in the text means nothing here. */
    {"BDINix~#", ARGUMENT_NONE, LETTER_IGNORED, NULL},
};

const struct letter_set mail_letters = {"mail", letters, sizeof letters / sizeof *letters, custom,
                                        &sendmail_letters};
