#!/bin/sh
# SPDX-License-Identifier: ISC
# A nightly report, as cron would run it: how the machine is, in words and as a picture.
#
#     MAILER_SERVER=smtp://127.0.0.1:1025 samples/nightly-report.sh ops@example.org
#
# In a crontab, with the program installed:
#     15 6 * * *  MAILER_SERVER=smtp://mail.example.org nightly-report.sh ops@example.org
#
# Environment: MAILER_SERVER  the server, as for mailer --server (wanted)
#              MAILER_FROM    the sender (default: the user at this host)
#              MAILER         the program (default: mailer)
# The exit code is that of mailer, so cron and systemd see whether the report has gone out.
set -eu

if [ $# = 0 ] || [ -z "${MAILER_SERVER:-}" ]; then
    echo "usage: MAILER_SERVER=smtp://HOST[:PORT] $0 RECIPIENT ..." >&2
    exit 64
fi
host=$(uname -n)
sender=${MAILER_FROM:-"Nightly report <$(id -un)@$host>"}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

{
    echo "Report of $host, $(date '+%Y-%m-%d %H:%M')"
    echo
    read -r one five fifteen _ </proc/loadavg
    read -r up _ </proc/uptime
    echo "Load:    $one (1 min), $five (5 min), $fifteen (15 min)"
    echo "Up for:  $((${up%.*} / 86400)) days $((${up%.*} / 3600 % 24)) hours"
    echo
    echo "Disks:"
    df -P -k | awk 'NR == 1 || /^\//' | sed 's/^/    /'
} >"$folder/report.txt"

# A bar for each disk; without gnuplot, a picture that is there in any case.
picture=$folder/disks.png
df -P -k | awk '/^\// && !seen[$6]++ { sub(/%/, "", $5); print $5, "\"" $6 "\"" }' >"$folder/disks"
if ! command -v gnuplot >/dev/null || [ ! -s "$folder/disks" ] || ! gnuplot 2>"$folder/gnuplot" <<PLOT
    set terminal pngcairo noenhanced size 800,360
    set output "$picture"
    set title "Disks of $host, per cent full"
    set yrange [0:100]; set grid ytics; unset key
    set style fill solid 0.8; set boxwidth 0.6; set offsets 0.7, 0.7, 0, 0
    plot "$folder/disks" using 0:1:xtic(2) with boxes lc rgb "#4c72b0"
PLOT
then
    picture=$(dirname "$0")/pictures/cpu.png
fi

# -- ends the options, so that an address from the outside can never be taken for one.
"${MAILER:-mailer}" --server "$MAILER_SERVER" --from "$sender" --subject "Nightly report of $host" \
    --attach "$picture" -- "$@" <"$folder/report.txt"
