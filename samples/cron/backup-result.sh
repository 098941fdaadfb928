#!/bin/sh
# SPDX-License-Identifier: ISC
# Runs a backup and mails how it went: the end of its log as the text, all of it attached; urgent if
# it failed. The exit code is that of the backup, or if that was fine, of the mail. In a crontab:
#
#     0 2 * * *  MAILER_SERVER=smtp://mail.example.org backup-result.sh ops@example.org \
#                    tar -C / -cvzf /backup/home.tar.gz home
#
# Environment: MAILER_SERVER, MAILER_FROM and so on, as for mailer; MAILER, the program
set -eu

if [ $# -lt 2 ]; then
    echo "usage: $0 RECIPIENT COMMAND [ARGUMENT ...]" >&2
    exit 64
fi
recipient=$1
shift
host=$(uname -n)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 143' HUP INT TERM

started=$(date +%s)
status=0
"$@" >"$folder/backup.log" 2>&1 || status=$?
minutes=$((($(date +%s) - started + 59) / 60))

if [ "$status" = 0 ]; then
    result="done" priority=normal
else
    result="FAILED ($status)" priority=high
fi
{
    echo "Backup of $host: $result, in $minutes min."
    echo
    echo "The last lines of the log:"
    tail -n 20 "$folder/backup.log" | sed 's/^/    /'
} >"$folder/text"

# A log may have anything in it. For the text that is cleaned; the attachment stays as it is.
sent=0
iconv -c -f UTF-8 -t UTF-8 "$folder/text" | LC_ALL=C tr -d '\000-\010\013-\037' |
    "${MAILER:-mailer}" --subject "Backup of $host: $result" --priority "$priority" \
        --thread "backup of $host" --type text/plain --attach "$folder/backup.log" \
        -- "$recipient" || sent=$?
[ "$status" = 0 ] || exit "$status"
exit "$sent"
