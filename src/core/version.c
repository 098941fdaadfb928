/* SPDX-License-Identifier: ISC */
#include <mailer/version.h>

const char *mailer_version(void)
{
    return MAILER_VERSION;
}
