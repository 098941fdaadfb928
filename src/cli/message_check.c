/* SPDX-License-Identifier: ISC */
#include "message_check.h"

#include "account_warnings.h"
#include "extension_use.h"

#include <mailer/lint.h>

#include <inttypes.h>
#include <string.h>

struct findings {
    FILE *out;
    bool has_error;
};

static void write_finding(struct findings *findings, bool is_error, const char *text)
{
    findings->has_error |= is_error;
    fprintf(findings->out, "mailer: %s: %s\n", is_error ? "error" : "warning", text);
}

/* As mailer_finding_function. */
static void take_finding(void *context, const struct mailer_finding *finding)
{
    write_finding(context, finding->is_error, finding->text);
}

static bool uses(const struct mailer_check *check, enum mailer_wire widest, const char *keyword)
{
    struct extension_line line;
    for (size_t i = 0; extension_use_line(check, widest, i, &line); i++)
        if (strcmp(line.keyword, keyword) == 0)
            return line.use == EXTENSION_USED;
    return false;
}

/* The octets that it would have, encoded as it would be for this server. */
static int size_for(const struct mailer_message *message, const struct mailer_check *check,
                    enum mailer_wire widest, uint64_t *size, struct problem *problem)
{
    enum mailer_wire wire = uses(check, widest, "BINARYMIME") ? MAILER_WIRE_BINARY
                            : uses(check, widest, "8BITMIME") ? MAILER_WIRE_8BIT
                                                              : MAILER_WIRE_7BIT;
    struct mailer_error error = MAILER_ERROR_INIT;
    if (mailer_message_size(message, wire, size, &error) != 0)
        return problem_set_error(problem, &error);
    return 0;
}

static int compare_size(struct findings *findings, const struct mailer_message *message,
                        const struct mailer_check *check, const struct mailer_server *server,
                        struct problem *problem)
{
    struct mailer_check_facts facts = MAILER_CHECK_FACTS_INIT;
    uint64_t size = 0;
    (void)mailer_check_facts(check, &facts);
    int result = size_for(message, check, server->widest_wire, &size, problem);
    if (result != 0 || facts.size_limit == 0 || size <= facts.size_limit)
        return result;
    char text[512];
    snprintf(text, sizeof text,
             "the message has %" PRIu64 " octets and %.200s takes %" PRIu64 ": send less, or put "
             "the files where they can be fetched and send a link",
             size, facts.host, facts.size_limit);
    write_finding(findings, true, text);
    return 0;
}

/* What only the server can tell. */
static int ask_server(struct findings *findings, const struct mailer_message *message,
                      const struct mailer_server *server, const char *from, struct problem *problem)
{
    struct mailer_check *check = NULL;
    struct mailer_check_facts facts = MAILER_CHECK_FACTS_INIT;
    struct account_warnings warnings = {0};
    struct mailer_error error = MAILER_ERROR_INIT;
    int result = 0;
    if (mailer_check_server(server, &check, &error) != 0)
        result = problem_set_error(problem, &error);
    else
        result = compare_size(findings, message, check, server, problem);
    if (mailer_check_facts(check, &facts) == 0)
        account_warnings_of_sender(&warnings, facts.host, from, facts.user);
    for (size_t i = 0; i < warnings.count; i++)
        write_finding(findings, false, warnings.lines[i]);
    mailer_check_free(check);
    return result;
}

int message_check(FILE *out, const struct mailer_message *message,
                  const struct mailer_server *server, const char *from, struct problem *problem)
{
    struct findings findings = {out, false};
    struct mailer_error error = MAILER_ERROR_INIT;
    int result = 0;
    if (mailer_message_lint(message, take_finding, &findings, &error) != 0)
        result = problem_set_error(problem, &error);
    if (result == 0 && server != NULL)
        result = ask_server(&findings, message, server, from, problem);
    return result == 0 && findings.has_error ? (int)EXIT_CODE_DATA : result;
}
