#!/bin/sh
# SPDX-License-Identifier: ISC
# Tells of a failed job of a continuous integration: the first errors and the end of its log as the
# text, all of it attached. All failures of a branch are one conversation. In a job, as
#
#     script: make check >build.log 2>&1 || { ci-failure.sh build.log team@example.org; exit 1; }
#
# Environment, as GitLab sets it; without it, git is asked:
#     CI_PROJECT_NAME, CI_COMMIT_REF_NAME, CI_COMMIT_SHORT_SHA, CI_JOB_NAME, CI_JOB_URL
#     MAILER_SERVER, MAILER_FROM and so on, as for mailer; MAILER, the program
set -eu

if [ $# -lt 2 ]; then
    echo "usage: $0 LOG RECIPIENT ..." >&2
    exit 64
fi
log=$1
shift
project=${CI_PROJECT_NAME:-$(basename "$PWD")}
branch=${CI_COMMIT_REF_NAME:-$(git rev-parse --abbrev-ref HEAD 2>/dev/null || echo unknown)}
commit=${CI_COMMIT_SHORT_SHA:-$(git rev-parse --short HEAD 2>/dev/null || echo unknown)}
job=${CI_JOB_NAME:-build}

# A log that is missing is no reason to keep quiet: then the mail says that it is missing.
{
    echo "$job of $project failed on $branch at $commit."
    [ -z "${CI_JOB_URL:-}" ] || echo "$CI_JOB_URL"
    if [ -r "$log" ]; then
        printf '\nErrors:\n'
        grep -a -n -i -E '(^|[^a-z])(error|failed|fatal)' "$log" | head -n 10 || :
        printf '\nThe end of the log:\n'
        tail -n 30 "$log"
    fi
} | iconv -c -f UTF-8 -t UTF-8 | sed "s/$(printf '\033')\[[0-9;]*m//g" |
    LC_ALL=C tr -d '\000-\010\013-\037' |
    "${MAILER:-mailer}" --subject "$project: $job failed on $branch" --thread "$project $branch" \
        --on-missing-attachment note --type text/plain --name "$(printf %s "$job" | tr / _).log" \
        --attach "$log" -- "$@"
