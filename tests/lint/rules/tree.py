# SPDX-License-Identifier: ISC
"""The files of the tree, without what builds and editors leave there."""

import os
import re
from pathlib import Path

BUILT = re.compile(r"build($|-)|(__pycache__|\.git|\.cache|compile_commands\.json)$")


def files(root, folder="", names=r".*"):
    """All files below a folder whose names match, as paths relative to the root, sorted."""
    found = []
    for where, folders, here in os.walk(Path(root, folder)):
        folders[:] = [name for name in folders if not BUILT.match(name)]
        found += [Path(where, name).relative_to(root) for name in here
                  if re.fullmatch(names, name) and not BUILT.match(name)]
    return sorted(found)


def code(root):
    """Our own C code: that of the library and the program, without tests and samples."""
    names = r".*\.[ch]"
    return files(root, "include", names) + files(root, "mime", names) + files(root, "src", names)


def read(root, path):
    return Path(root, path).read_text(encoding="utf-8", errors="surrogateescape")


TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


def without_comments_and_texts(source):
    """C code with its comments and texts blanked, its lines kept."""
    return TOKEN.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), source)
