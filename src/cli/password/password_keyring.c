/* SPDX-License-Identifier: ISC */
#include "password/password.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Whoever is asked to unlock the keyring needs time to type. */
enum { MILLISECONDS = 60 * 1000, PATH_SIZE = 256 };

/* Where the bus is that keyrings are on: without one, secret-tool would start a bus of its own. */
static bool has_session_bus(void)
{
    char path[PATH_SIZE];
    struct stat status;
    const char *address = getenv("DBUS_SESSION_BUS_ADDRESS");
    if (address != NULL)
        return *address != '\0';
    const char *folder = getenv("XDG_RUNTIME_DIR");
    if (folder == NULL || *folder != '/')
        return false;
    int size = snprintf(path, sizeof path, "%s/bus", folder);
    return size > 0 && size < PATH_SIZE && stat(path, &status) == 0 && S_ISSOCK(status.st_mode);
}

void password_from_keyring(struct secret *secret, const char *host, const char *user)
{
    const char *const words[] = {"secret-tool", "lookup", "service", "smtp", "host",
                                 host,          "user",   user,      NULL};
    const struct password_program program = {
        .source = "the keyring", .words = words, .silent = true, .milliseconds = MILLISECONDS};
    struct problem unused;
    if (has_session_bus() && *host != '\0' && *user != '\0')
        (void)password_run(secret, &program, &unused);
}

bool password_to_keyring(const struct secret *secret, const char *host, const char *user)
{
    char label[512];
    snprintf(label, sizeof label, "Mail: %.200s at %.200s", user, host);
    const char *const words[] = {"secret-tool", "store", "--label", label, "service", "smtp",
                                 "host",        host,    "user",    user,  NULL};
    const struct password_program program = {.source = "the keyring",
                                             .words = words,
                                             .input = secret,
                                             .silent = true,
                                             .whole = true,
                                             .milliseconds = MILLISECONDS};
    struct secret printed = {0};
    struct problem unused;
    if (!has_session_bus() || *host == '\0' || *user == '\0')
        return false;
    bool stored = password_run(&printed, &program, &unused) == 0;
    secret_free(&printed);
    return stored;
}
