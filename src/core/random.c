/* SPDX-License-Identifier: ISC */
#include "random.h"

#include "error.h"

#include <errno.h>
#include <unistd.h>

int random_text(char text[static RANDOM_TEXT_SIZE], struct mailer_error *error)
{
    /* 32 characters, so five bits of each octet make one without bias. */
    static const char alphabet[] = "0123456789abcdefghijklmnopqrstuv";
    unsigned char octets[RANDOM_TEXT_SIZE - 1];
    if (getentropy(octets, sizeof octets) != 0)
        return error_set_system(error, MAILER_SYSTEM, MAILER_STAGE_MESSAGE, errno,
                                "cannot get random octets");
    for (size_t i = 0; i < sizeof octets; i++)
        text[i] = alphabet[octets[i] & 31];
    text[sizeof octets] = '\0';
    return 0;
}
