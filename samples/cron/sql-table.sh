#!/bin/sh
# SPDX-License-Identifier: ISC
# What a query finds in an SQLite database, as a table in the mail, and as a file for spreadsheets.
# Nothing is sent when it finds nothing. In a crontab:
#
#     0 8 * * 1  MAILER_SERVER=smtp://mail.example.org sql-table.sh /srv/shop.db \
#                    "SELECT name, sum(price) AS total FROM orders GROUP BY name" sales@example.org
#
# Environment: MAILER_SERVER, MAILER_FROM and so on, as for mailer; MAILER, the program
set -eu

if [ $# -lt 3 ]; then
    echo "usage: $0 DATABASE QUERY RECIPIENT ..." >&2
    exit 64
fi
database=$1
query=$2
shift 2
if ! command -v sqlite3 >/dev/null; then
    echo "$0: there is no sqlite3: install it" >&2
    exit 69
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 143' HUP INT TERM

# sqlite3 escapes what is in the cells; it writes the rows, and the table is ours.
sqlite3 -readonly -html -header "$database" "$query" >"$folder/rows"
sqlite3 -readonly -csv -header "$database" "$query" >"$folder/table.csv"
[ -s "$folder/rows" ] || exit 0
{
    echo '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><table border="1">'
    cat "$folder/rows"
    echo '</table></body></html>'
} >"$folder/table.html"

# The plain text is made of the HTML.
"${MAILER:-mailer}" --subject "${database##*/}: $(date +%F)" --html "$folder/table.html" \
    --attach "$folder/table.csv" -- "$@"
