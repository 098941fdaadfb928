# SPDX-License-Identifier: ISC
"""Which box may include whom: the layers of docs/architecture.md."""

import re
from pathlib import Path

from . import tree

C_AND_POSIX = set("""
assert.h ctype.h errno.h inttypes.h limits.h locale.h math.h setjmp.h signal.h stdalign.h stdarg.h
stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h stdnoreturn.h string.h strings.h time.h
wchar.h arpa/inet.h dirent.h dlfcn.h fcntl.h glob.h langinfo.h net/if.h netdb.h netinet/in.h netinet/tcp.h
poll.h pthread.h pwd.h spawn.h sys/ioctl.h sys/mman.h sys/prctl.h sys/random.h sys/select.h sys/socket.h
sys/stat.h sys/time.h sys/types.h sys/uio.h sys/un.h sys/wait.h syslog.h termios.h unistd.h
emmintrin.h iconv.h immintrin.h
""".split())

OPENSSL = r"openssl/\w+\.h"

# Box: the boxes it may include besides itself, the public headers, and those of other libraries.
BOXES = {
    "include": ((), r".*", None),
    "src/core": ((), r"error|version", r"idn2\.h"),
    "mime": (("src/core",), r"error|version|message",
             rf"magic\.h|gumbo\.h|archive(_entry)?\.h|{OPENSSL}"),
    "src/smtp": (("src/core",), r"error|version", None),
    "src/net": (("src/core",), r"error|version", rf"ares\w*\.h|{OPENSSL}"),
    "src/auth": (("src/core",), r"error|version", r"gsasl\.h"),
    "src/client": (("src/core", "mime", "src/smtp", "src/net", "src/auth"), r".*", None),
    "src/catch": (("src/core",), r".*", None),
    "src/cli": (("src/core", "src/catch"), r".*", r"ini\.h|histedit\.h"),
    "samples": ((), r".*", None),
}

# Inside of mime: a room, and the rooms it may include besides itself.
ROOMS = {
    "codec": (),
    "content": ("codec",),
    "header": ("codec",),
    "text": ("codec", "content"),
    "html": ("codec", "content", "header"),
    "reader": ("codec", "content", "header"),
    "tree": ("codec", "content", "header", "reader"),
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def of_other_library(box, name):
    """What is wrong with an include in <angles>, or None."""
    _, public, libraries = BOXES[box]
    if name in C_AND_POSIX or (libraries and re.fullmatch(libraries, name)):
        return None
    match = re.fullmatch(r"mailer/(\w+)\.h", name)
    if match is None:
        return (f"{box} may not include <{name}>; go through the box that may, or, if it is a "
                "header of C or POSIX, add it to tests/lint/rules/layers.py")
    if re.fullmatch(public, match.group(1)):
        return None
    return f"{box} may not include <{name}>, which is for users and the client; include less"


def of_ours(root, box, path, name):
    """What is wrong with an include in "quotes", or None."""
    if box in ("include", "samples"):
        return f'{box} has no headers of its own to include; write <mailer/...> for "{name}"'
    holders = [other for other in BOXES if Path(root, other, name).is_file()]
    allowed = (box, *BOXES[box][0])
    seen = [holder for holder in holders if holder in allowed]
    if len(seen) > 1:
        return f'"{name}" is in {" and in ".join(seen)}; give one of them another name'
    if not seen and holders:
        return (f"{box} may not include {holders[0]}/{name}; move what both need to src/core, or "
                "pass it through the client")
    if not seen:
        return f'there is no {box}/{name}; write it as it is seen from the folder of its box'
    if name.endswith("_private.h") and seen != [box]:
        return f"{seen[0]}/{name} is private to its box; include the header without _private"
    if seen == ["mime"] == [box]:
        here, there = path.parts[1], name.split("/")[0]
        if here in ROOMS and there != here and there not in ROOMS[here]:
            return f"mime/{here} may not include mime/{there}; tree is what knows the other rooms"
    return None


def check(root):
    wrong = []
    for path in tree.code(root) + tree.files(root, "samples", r".*\.[ch]"):
        box = next((box for box in BOXES if path.as_posix().startswith(box + "/")), None)
        if box is None:
            wrong.append(f"{path}:1: is in no box; add its folder to tests/lint/rules/layers.py")
            continue
        text = tree.read(root, path)
        for match in INCLUDE.finditer(text):
            bracket, name = match.groups()
            problem = (of_other_library(box, name) if bracket == "<"
                       else of_ours(root, box, path, name))
            if problem:
                line = text.count("\n", 0, match.start(1)) + 1
                wrong.append(f"{path}:{line}: {problem}")
    return wrong
