/* SPDX-License-Identifier: ISC */
#include "names/personality.h"

#include <stddef.h>
#include <string.h>

enum personality personality_of(const char *path)
{
    static const struct {
        const char *name;
        enum personality personality;
    } names[] = {
        {"sendmail", PERSONALITY_SENDMAIL},
        {"mail", PERSONALITY_MAIL},
        {"mailx", PERSONALITY_MAIL},
        {"mailq", PERSONALITY_MAILQ},
        {"newaliases", PERSONALITY_NEWALIASES},
    };
    if (path == NULL)
        return PERSONALITY_MAILER;
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i].name) == 0)
            return names[i].personality;
    return PERSONALITY_MAILER;
}
