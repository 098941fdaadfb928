#!/bin/sh
# SPDX-License-Identifier: ISC
# From a fresh clone to a mail that has arrived: installs what the build needs from Debian's
# packages, builds the program into build/, starts `mailer catch`, a mail server for trying things
# out, sends it a text and two pictures, and shows what arrived. Nothing leaves this machine.
set -eu

cd "$(dirname "$0")/.."
samples=$PWD/samples
.ci/install.sh cmake make gcc libc6-dev pkg-config python3 \
    libssl-dev libmagic-dev libarchive-dev libgumbo-dev libidn2-dev libinih-dev libedit-dev libgsasl-dev libc-ares-dev

echo "Building into $PWD/build (the log is build/first-mail.log)"
mkdir -p build
if ! {
    # A build that is there already keeps its settings.
    { [ -e build/CMakeCache.txt ] || cmake -S . -B build -DBUILD_TESTING=OFF; } &&
        cmake --build build --parallel "$(nproc)"
} >build/first-mail.log 2>&1; then
    tail -n 40 build/first-mail.log >&2
    echo "The build failed: see above, and build/first-mail.log." >&2
    exit 1
fi

# What to listen on: 1025 if that is free, else what the system gives.
port=$(python3 - <<'PYTHON'
import socket
for port in (1025, 0):
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            continue
        print(listener.getsockname()[1])
        break
PYTHON
)
mailbox=$(mktemp -d)
build/mailer catch --listen "127.0.0.1:$port" --dir "$mailbox" &
server=$!
trap 'kill "$server" 2>/dev/null || :; rm -rf "$mailbox"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
if ! python3 - "$port" <<'PYTHON'
import socket, sys, time
for attempt in range(100):
    try:
        socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1).close()
        sys.exit(0)
    except OSError:
        time.sleep(0.1)
sys.exit(1)
PYTHON
then
    echo "mailer catch does not answer on port $port." >&2
    exit 1
fi

cat <<SENDING

Sending:
  build/mailer --server smtp://127.0.0.1:$port --from 'Ann <ann@example.org>' \\
      --subject 'Grüße vom ersten Versuch' --attach samples/pictures/cpu.png \\
      --attach 'samples/pictures/Übersicht Q3.png' bob@example.org < samples/text/german.txt

SENDING
build/mailer --server "smtp://127.0.0.1:$port" --from 'Ann <ann@example.org>' \
    --subject 'Grüße vom ersten Versuch' --attach "$samples/pictures/cpu.png" \
    --attach "$samples/pictures/Übersicht Q3.png" bob@example.org <"$samples/text/german.txt"

echo
echo "What arrived, as Python's email package reads it:"
for message in "$mailbox"/*.eml; do
    python3 "$samples/show_message.py" "$message" \
        "$samples/pictures/cpu.png" "$samples/pictures/Übersicht Q3.png"
done
