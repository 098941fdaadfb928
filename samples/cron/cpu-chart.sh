#!/bin/sh
# SPDX-License-Identifier: ISC
# The load of this machine over a day, as a chart in the mail. In a crontab:
#
#     */5 * * * *  cpu-chart.sh sample
#     10 6 * * *   MAILER_SERVER=smtp://mail.example.org cpu-chart.sh send ops@example.org
#
# Environment: CPU_CHART_DATA  the file of samples (default: ~/.cpu-chart)
#              MAILER_SERVER, MAILER_FROM and so on, as for mailer; MAILER, the program
set -eu

data=${CPU_CHART_DATA:-$HOME/.cpu-chart}
host=$(uname -n)
usage() {
    echo "usage: $0 sample | $0 send RECIPIENT ..." >&2
    exit 64
}
[ $# -gt 0 ] || usage
verb=$1
shift

case $verb in
sample)
    # A line is a moment and the load; the last day of them, one each five minutes, is kept.
    {
        [ ! -e "$data" ] || tail -n 287 "$data"
        echo "$(date +%s) $(cut -d ' ' -f 1 /proc/loadavg)"
    } >"$data.new"
    mv "$data.new" "$data"
    ;;
send)
    [ $# -gt 0 ] || usage
    if ! command -v gnuplot >/dev/null; then
        echo "$0: there is no gnuplot: install it (in Debian, gnuplot-nox)" >&2
        exit 69
    fi
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    trap 'exit 143' HUP INT TERM
    gnuplot <<PLOT
        set terminal png size 800,300
        set output "$folder/load.png"
        set title "Load of $host" noenhanced
        set xdata time; set timefmt "%s"; set format x "%H:%M"
        set yrange [0:]; set grid; unset key
        plot "$data" using 1:2 with filledcurves y1=0 lc rgb "#4c72b0"
PLOT
    # The reports of all days are one conversation in the reader's mailbox.
    awk 'NR == 1 || $2 > most { most = $2 } { sum += $2 }
         END { printf "Load: %.2f on average, %.2f at most, in %d samples\n",
                      sum / NR, most, NR }' "$data" |
        "${MAILER:-mailer}" --subject "Load of $host, $(date +%F)" --thread "load of $host" \
            --inline "$folder/load.png" -- "$@"
    ;;
*)
    usage
    ;;
esac
