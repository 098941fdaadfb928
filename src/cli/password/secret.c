/* SPDX-License-Identifier: ISC */
#include "password/secret.h"

#include <string.h>
#include <sys/mman.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

enum { ROOM = SECRET_LIMIT + 1 };

int secret_open(struct secret *secret, struct problem *problem)
{
    secret_free(secret);
    void *room = mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED)
        return problem_set_memory(problem);
    *secret = (struct secret){.text = room};
    /* Both are a help and no condition: the limit on locked memory may be 0. */
    (void)mlock(room, ROOM);
#ifdef __linux__
    secret->was_dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 1;
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
    return 0;
}

bool secret_append(struct secret *secret, const char *bytes, size_t size)
{
    if (size > SECRET_LIMIT - secret->size)
        return false;
    memcpy(secret->text + secret->size, bytes, size);
    secret->size += size;
    return true;
}

int secret_take(struct secret *secret, char *string, struct problem *problem)
{
    size_t size = strlen(string);
    int result = secret_open(secret, problem);
    if (result == 0 && !secret_append(secret, string, size))
        result = problem_set(problem, EXIT_CODE_USAGE, "the password is longer than %d octets",
                             SECRET_LIMIT);
    explicit_bzero(string, size);
    return result;
}

bool secret_is_set(const struct secret *secret)
{
    return secret->text != NULL;
}

void secret_free(struct secret *secret)
{
    if (secret->text != NULL) {
        explicit_bzero(secret->text, ROOM);
        munmap(secret->text, ROOM);
    }
#ifdef __linux__
    if (secret->was_dumpable)
        (void)prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
#endif
    *secret = (struct secret){.text = NULL};
}
