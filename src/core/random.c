/* SPDX-License-Identifier: ISC */
#include "random.h"

#include "error.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* As many octets as getentropy() gives at once. */
enum { POOL_SIZE = 256, TEXT_OCTETS = RANDOM_TEXT_SIZE - 1 };

/*
 * Octets for some more texts, since the system takes about as long for many as for few. Each serves
 * once, in one thread of one process: what fork() makes must not repeat what its parent says.
 */
static _Thread_local struct {
    unsigned char octets[POOL_SIZE];
    size_t left;
    pid_t owner;
} pool;

static int take(unsigned char octets[static TEXT_OCTETS], struct mailer_error *error)
{
    if (pool.left < TEXT_OCTETS || pool.owner != getpid()) {
        pool.left = 0;
        if (getentropy(pool.octets, sizeof pool.octets) != 0)
            return error_set_system(error, MAILER_SYSTEM, MAILER_STAGE_MESSAGE, errno,
                                    "cannot get random octets");
        pool.left = sizeof pool.octets;
        pool.owner = getpid();
    }
    pool.left -= TEXT_OCTETS;
    memcpy(octets, pool.octets + pool.left, TEXT_OCTETS);
    explicit_bzero(pool.octets + pool.left, TEXT_OCTETS);
    return 0;
}

int random_text(char text[static RANDOM_TEXT_SIZE], struct mailer_error *error)
{
    /* 32 characters, so five bits of each octet make one without bias. */
    static const char alphabet[] = "0123456789abcdefghijklmnopqrstuv";
    unsigned char octets[TEXT_OCTETS];
    int result = take(octets, error);
    if (result != 0)
        return result;
    for (size_t i = 0; i < sizeof octets; i++)
        text[i] = alphabet[octets[i] & 31];
    text[sizeof octets] = '\0';
    return 0;
}
