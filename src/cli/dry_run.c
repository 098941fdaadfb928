/* SPDX-License-Identifier: ISC */
#include "dry_run.h"

#include "report.h"
#include "server_settings.h"

#include <unistd.h>

int dry_run(const struct send_options *options, const struct mailer_message *message,
            struct problem *problem)
{
    enum mailer_wire wire = server_settings_wire(options, MAILER_WIRE_7BIT);
    struct mailer_error error = MAILER_ERROR_INIT;
    report_envelope(stderr, message, wire);
    int failed = mailer_message_write(message, wire, STDOUT_FILENO, &error);
    if (failed == 0)
        return 0;
    problem_set_error(problem, &error);
    return failed == MAILER_SYSTEM ? problem_wrap(problem, EXIT_CODE_IO, "standard output")
                                   : (int)problem->exit_code;
}
