#!/bin/sh
# SPDX-License-Identifier: ISC
# A photo of a webcam, shown in the mail; without one, the mail says so. In a crontab:
#
#     0 7-19 * * *  MAILER_SERVER=smtp://mail.example.org webcam-photo.sh home@example.org
#
# Environment: WEBCAM  the camera (default: /dev/video0)
#              MAILER_SERVER, MAILER_FROM and so on, as for mailer; MAILER, the program
set -eu

if [ $# = 0 ]; then
    echo "usage: $0 RECIPIENT ..." >&2
    exit 64
fi
camera=${WEBCAM:-/dev/video0}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 143' HUP INT TERM
photo=$folder/photo.jpg

# Some pictures are skipped, as a camera needs a moment to find the right exposure.
if command -v fswebcam >/dev/null; then
    fswebcam -q -d "$camera" -S 20 -r 1280x720 --no-banner "$photo" 2>"$folder/why" ||
        rm -f "$photo"
elif command -v ffmpeg >/dev/null; then
    ffmpeg -loglevel error -f v4l2 -i "$camera" -vf 'select=gte(n\,20)' -frames:v 1 "$photo" \
        </dev/null 2>"$folder/why" || rm -f "$photo"
else
    echo "$0: there is neither fswebcam nor ffmpeg: install one of them" >&2
    exit 69
fi

{
    date '+%Y-%m-%d %H:%M'
    # What the camera's program has to say is wanted when there is no photo.
    if [ ! -s "$photo" ]; then
        rm -f "$photo"
        echo "There is no photo of $camera:"
        tail -n 5 "$folder/why"
    fi
} | "${MAILER:-mailer}" --subject "Webcam $(date +%H:%M)" --thread "webcam of $(uname -n)" \
    --inline "$photo" --on-missing-attachment note -- "$@"
