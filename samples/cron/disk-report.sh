#!/bin/sh
# SPDX-License-Identifier: ISC
# How full the disks are, as text and as an HTML table; sent only when that is news. In a crontab:
#
#     0 * * * *  MAILER_SERVER=smtp://mail.example.org disk-report.sh ops@example.org
#
# Environment: DISK_REPORT_STATE  remembers what was sent last (default: ~/.disk-report)
#              DISK_REPORT_LIMIT  per cent from which it is urgent (default: 90)
#              MAILER_SERVER, MAILER_FROM and so on, as for mailer; MAILER, the program
set -eu

if [ $# = 0 ]; then
    echo "usage: $0 RECIPIENT ..." >&2
    exit 64
fi
limit=${DISK_REPORT_LIMIT:-90}
host=$(uname -n)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 143' HUP INT TERM

# Lines "per cent, place", the fullest first. Only what is on a device is a disk.
df -P -k | awk '/^\// {
    used = $5; sub(/%/, "", used)
    for (column = 1; column <= 5; column++) sub(/^[^ ]+ +/, "")
    print used, $0
}' | sort -k 1,1nr -k 2 >"$folder/disks"

awk '{ used = $1; sub(/^[0-9]+ /, ""); printf "%3d%%  %s\n", used, $0 }' "$folder/disks" \
    >"$folder/disks.txt"
{
    echo '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><table cellpadding="4">'
    echo '<tr><th align="right">Full</th><th align="left">Disk</th></tr>'
    awk -v limit="$limit" '{
        used = $1; sub(/^[0-9]+ /, "")
        gsub(/&/, "\\&amp;"); gsub(/</, "\\&lt;"); gsub(/>/, "\\&gt;")
        colour = used >= limit + 0 ? " style=\"color: #b00000\"" : ""
        printf "<tr%s><td align=\"right\">%d%%</td><td>%s</td></tr>\n", colour, used, $0
    }' "$folder/disks"
    echo '</table></body></html>'
} >"$folder/disks.html"

urgent=$(awk -v limit="$limit" '$1 >= limit + 0' "$folder/disks" | wc -l)
priority=normal
subject="Disks of $host"
if [ "$urgent" -gt 0 ]; then
    priority=high
    subject="$subject: $urgent nearly full"
fi
"${MAILER:-mailer}" --subject "$subject" --priority "$priority" --thread "disks of $host" \
    --text "$folder/disks.txt" --html "$folder/disks.html" \
    --only-if-changed "${DISK_REPORT_STATE:-$HOME/.disk-report}" -- "$@"
