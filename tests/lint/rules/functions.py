# SPDX-License-Identifier: ISC
"""Functions of the C library that are not to be called, and what to call instead.

This is not done by a header that the compiler is made to include first: such a header needs the
types of <time.h> and <stdio.h>, and with them would hide missing includes and come too early for
the files that define _GNU_SOURCE."""

import re

from . import tree

COPY = "has no bound; use snprintf(), a buffer, or memcpy() with a size that was checked"
NUMBER = "cannot tell an error; use strtoul() and look at its end pointer and errno"
CLOCK = "shares one result among all threads; use the form with _r, or strftime()"
NAME = "makes a name that another process may take first; use mkostemp() or O_TMPFILE"
SHELL = "runs a shell; use posix_spawn() with an argument list"
WEAK = "can be guessed; use core/random.h"
INPUT = "overflows without an error; read octets and parse them"

EVERYWHERE = {
    "strcpy": COPY, "stpcpy": COPY, "strcat": COPY, "sprintf": COPY, "vsprintf": COPY,
    "gets": COPY,
    "strncpy": "leaves out the NUL when the room is full; use memcpy() or snprintf()",
    "strncat": "takes the room left, not the room; use snprintf() or a buffer",
    "strtok": "keeps its place in a global; use strcspn() and strspn()",
    "atoi": NUMBER, "atol": NUMBER, "atoll": NUMBER, "atof": NUMBER,
    "scanf": INPUT, "fscanf": INPUT, "sscanf": INPUT,
    "gmtime": CLOCK, "localtime": CLOCK, "asctime": CLOCK, "ctime": CLOCK, "asctime_r": CLOCK,
    "ctime_r": CLOCK,
    "strerror": "shares one result among all threads; use error_set_system() or strerror_r()",
    "access": "asks for the real user, and the answer may be old; open the file and look at errno",
    "mktemp": NAME, "tmpnam": NAME, "tempnam": NAME, "tmpfile": NAME,
    "system": SHELL, "popen": SHELL,
    "rand": WEAK, "srand": WEAK, "random": WEAK, "srandom": WEAK, "rand_r": WEAK,
    "drand48": WEAK, "lrand48": WEAK,
    "alloca": "has no bound and no error; use malloc() or an array of fixed size",
    "gethostbyname": "is not for threads and knows no IPv6; use net/resolve.h",
    "inet_addr": "takes its error for an address; use inet_pton()",
    "inet_ntoa": "shares one result among all threads; use inet_ntop()",
    "bzero": "is gone from POSIX; use memset()",
    "usleep": "is gone from POSIX; use nanosleep()",
    "vfork": "is gone from POSIX; use posix_spawn()",
}

PROCESS = "is the program's to call; the library leaves its process alone"
OUTPUT = "writes where the user looks; the library reports by struct mailer_error and trace"

LIBRARY = {
    "getenv": "is for the program; the library reads no environment",
    "secure_getenv": "is for the program; the library reads no environment",
    "setenv": PROCESS, "setlocale": PROCESS, "chdir": PROCESS, "umask": PROCESS, "exit": PROCESS,
    "_exit": PROCESS, "abort": PROCESS, "signal": PROCESS, "sigaction": PROCESS, "fork": PROCESS,
    "printf": OUTPUT, "puts": OUTPUT, "putchar": OUTPUT, "perror": OUTPUT, "fprintf": OUTPUT,
}

CALL = re.compile(r"(?<![\w.>])([A-Za-z_]\w*)\s*\(")


def is_library(path):
    return path.parts[:2] not in (("src", "cli"), ("src", "catch"))


def check(root):
    wrong = []
    for path in tree.code(root):
        banned = {**EVERYWHERE, **LIBRARY} if is_library(path) else EVERYWHERE
        source = tree.without_comments_and_texts(tree.read(root, path))
        for match in CALL.finditer(source):
            if match.group(1) in banned:
                line = source.count("\n", 0, match.start()) + 1
                name = match.group(1)
                wrong.append(f"{path}:{line}: {name}() {banned[name]}")
    return wrong
