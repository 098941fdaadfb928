#!/bin/sh
# SPDX-License-Identifier: ISC
# Installs those of the named Debian packages that are missing:  .ci/install.sh PACKAGE ...
# Does nothing, and asks for no rights, when all of them are there.
set -eu

if ! command -v dpkg-query >/dev/null; then
    echo "This is no Debian system: please see to it that these are there: $*" >&2
    exit 0
fi
missing=
for package in "$@"; do
    case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || :) in
    installed*) ;;
    *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "Missing Debian packages. As root, please run: apt-get install$missing" >&2
        exit 77
    fi
    as_root=sudo
fi
echo "Installing from Debian:$missing"
$as_root apt-get -qq update
# shellcheck disable=SC2086 # the list is meant to be split into words
$as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq install -y --no-install-recommends $missing >/dev/null
