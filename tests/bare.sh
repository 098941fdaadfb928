#!/bin/bash
# SPDX-License-Identifier: ISC
# Proves the two commands of the README where nothing is installed: makes a bare Debian 12 by
# debootstrap in a temporary folder, clones this repository (what is committed) into it, and runs
# samples/first-mail.sh and tests/run.sh in there. Packages come from where this machine gets its
# own. Needs root, debootstrap and git; the machine itself is left as it is.
set -euo pipefail

release=bookworm
cd "$(dirname "$0")/.."
if [[ $(id -u) != 0 ]]; then
    echo "bare.sh: only root can make a Debian to change into" >&2
    exit 77
fi
.ci/install.sh debootstrap git util-linux

# This machine's own sources of Debian's packages, one a line: address, distribution, section.
# shellcheck disable=SC2016 # the names are apt's
sources() {
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)' \
        'Created-By: Packages' | awk -v release="$release" \
        '$4 == "Debian" && ($2 == release || index($2, release "-") == 1) { print $1, $2, $3 }' |
        sort -u
}
[[ -n $(sources) ]] || apt-get -qq update
mirror=$(sources | awk -v release="$release" '$2 == release { print $1; exit }')
if [[ -z $mirror ]]; then
    echo "bare.sh: this machine has no source of Debian's $release" >&2
    exit 69
fi

bare=$(mktemp -d)
trap 'rm -rf --one-file-system "$bare"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
chmod 755 "$bare"

echo "A bare Debian ($release, minbase) in $bare ..."
debootstrap --variant=minbase "$release" "$bare" "$mirror" >"$bare.log" 2>&1 || {
    tail -n 20 "$bare.log"
    exit 1
}
rm "$bare.log"
sources | sed 's/^/deb /' >"$bare/etc/apt/sources.list"
apt-config dump | grep -E '^Acquire::(https?|Check)' >"$bare/etc/apt/apt.conf.d/99host" || :
mkdir -p "$bare/etc/ssl" "$bare/etc/apt/auth.conf.d"
cp -a /etc/ssl/certs "$bare/etc/ssl/"
cp -a /etc/apt/auth.conf.d/. "$bare/etc/apt/auth.conf.d/"
cp -L /etc/resolv.conf /etc/hosts "$bare/etc/"
git clone --quiet --no-hardlinks . "$bare/root/mailer"

# The mounts live in a namespace of their own, and go with it.
inside() {
    echo
    echo "== $1"
    # shellcheck disable=SC2016 # expanded inside
    time unshare --mount --fork sh -c '
        mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" &&
        exec chroot "$0" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root sh -c "$1"
    ' "$bare" "$1"
}
inside 'cd / && exec root/mailer/samples/first-mail.sh'
inside 'cd /tmp && exec /root/mailer/tests/run.sh'
echo
echo "Both commands work in a bare Debian."
