#!/bin/bash
# SPDX-License-Identifier: ISC
# Builds the fuzzers with clang into build-fuzz/ and runs them, one a processor:
#     tests/fuzz/run.sh [SECONDS] [NAME ...]      by default 60 seconds each, all of them
# What they find new is kept in build-fuzz/corpus/NAME, what breaks them in build-fuzz/broken/.
#     tests/fuzz/run.sh minimise [NAME ...]
# adds to the kept corpora what covers code that they do not, and drops what adds nothing.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
.ci/install.sh cmake ninja-build clang libc6-dev pkg-config \
    libssl-dev libmagic-dev libarchive-dev libgumbo-dev libidn2-dev libinih-dev libedit-dev libgsasl-dev libc-ares-dev \
    libcmocka-dev

seconds=60
if [[ ${1-} =~ ^([0-9]+|minimise)$ ]]; then
    seconds=$1
    shift
fi
if [[ $# == 0 ]]; then
    for source in "$here"/fuzz_*.c; do
        name=${source##*/fuzz_}
        set -- "$@" "${name%.c}"
    done
fi
for name; do
    [[ -f $here/fuzz_$name.c ]] || { echo "run.sh: there is no fuzzer $name" >&2; exit 64; }
done

mkdir -p build-fuzz/broken build-fuzz/log
cmake --preset fuzz >build-fuzz/log/build
cmake --build --preset fuzz --target "${@/#/fuzz_}" >>build-fuzz/log/build || {
    tail -n 40 build-fuzz/log/build
    exit 1
}

minimise() {
    local kept=$here/corpus/$1 new=build-fuzz/minimised/$1
    rm -rf "$new"
    mkdir -p "$new" "build-fuzz/corpus/$1"
    # The fewest inputs that reach every edge; how often each is reached would keep thrice as many.
    "build-fuzz/tests/fuzz/fuzz_$1" -set_cover_merge=1 -use_counters=0 "$new" "$kept" \
        "build-fuzz/corpus/$1" >"build-fuzz/log/$1" 2>&1
    local file hash
    for file in "$kept"/*; do
        hash=$(sha1sum <"$file")
        hash=${hash%% *}
        # What somebody has given a name keeps it.
        [[ ! -f $new/$hash || $hash == "${file##*/}" ]] || mv "$new/$hash" "$new/${file##*/}"
    done
    echo "$1: $(find "$kept" -type f | wc -l) inputs before, $(find "$new" -type f | wc -l) now"
    rm -rf "$kept"
    mv "$new" "$kept"
}

run() {
    local words=()
    [[ -f $here/$1.dict ]] && words=(-dict="$here/$1.dict")
    mkdir -p "build-fuzz/corpus/$1"
    if "build-fuzz/tests/fuzz/fuzz_$1" -max_total_time="$seconds" -timeout=10 "${words[@]}" \
        -artifact_prefix="build-fuzz/broken/$1-" "build-fuzz/corpus/$1" "$here/corpus/$1" \
        >"build-fuzz/log/$1" 2>&1; then
        echo "$1: $(grep -E '^Done' "build-fuzz/log/$1" || tail -n 1 "build-fuzz/log/$1")"
    else
        echo "$1: FAILED; see build-fuzz/log/$1"
        return 1
    fi
}

if [[ $seconds == minimise ]]; then
    for name; do
        minimise "$name"
    done
    exit 0
fi
status=0
running=0
for name; do
    if ((running == $(nproc))); then
        wait -n || status=1
        running=$((running - 1))
    fi
    run "$name" &
    running=$((running + 1))
done
while ((running > 0)); do
    wait -n || status=1
    running=$((running - 1))
done
exit "$status"
