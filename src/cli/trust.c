/* SPDX-License-Identifier: ISC */
#include "trust.h"

#include <stdlib.h>
#include <sys/stat.h>

const char *trust_from_environment(void)
{
    struct stat status;
    const char *directory = getenv("SSL_CERT_DIR");
    if (directory != NULL && stat(directory, &status) == 0 && S_ISDIR(status.st_mode))
        return directory;
    const char *file = getenv("SSL_CERT_FILE");
    return file != NULL && *file != '\0' ? file : NULL;
}
