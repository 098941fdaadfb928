#!/bin/bash
# SPDX-License-Identifier: ISC
# Everything that is tested, in one command: installs what is missing from Debian's packages, builds
# as it is released, into build-release/, and runs there what measures memory; then builds with the
# address and undefined-behaviour sanitizers into build-asan/, and runs all tests. The exit code is 0
# when all passed.
set -euo pipefail

cd "$(dirname "$0")/.."
.ci/install.sh cmake ninja-build gcc libc6-dev pkg-config python3 openssl \
    libssl-dev libmagic-dev libarchive-dev libgumbo-dev libidn2-dev libinih-dev libedit-dev \
    libgsasl-dev libc-ares-dev libcmocka-dev libgmime-3.0-dev libgssapi-krb5-2 \
    python3-aiosmtpd tmux mandoc man-db bash-completion zsh fish dpkg-dev lintian strace valgrind \
    gnuplot-nox sqlite3
# Programs that send by calling another, and those that ours is compared with.
.ci/install.sh git-email mutt php-cli libmailtools-perl s-nail mailutils liblockfile1

# Another mail program would have a mail server installed with it.
if [ -z "${BSD_MAILX-}" ] && ! command -v bsd-mailx >/dev/null && command -v dpkg-deb >/dev/null; then
    mkdir -p build-mailx
    (cd build-mailx && apt-get -qq download bsd-mailx && dpkg-deb -x bsd-mailx_*.deb .) || :
    export BSD_MAILX="$PWD/build-mailx/usr/bin/bsd-mailx"
    [ -x "$BSD_MAILX" ] || unset BSD_MAILX
fi

build() {
    if ! { cmake --preset "$1" && cmake --build --preset "$@"; } >"build-$1.log" 2>&1; then
        tail -n 60 "build-$1.log"
        echo "The build failed: see above, and build-$1.log."
        exit 1
    fi
}

status=0
echo "Building as released (build-release/) ..."
build release --target mailer send_many
ctest --preset release -R '^end_to_end_(big|startup)$' -V || status=$?

echo "Building with sanitizers (build-asan/) ..."
build asan
ctest --preset asan --parallel "$(nproc)" || status=$?
exit "$status"
