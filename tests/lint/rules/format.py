# SPDX-License-Identifier: ISC
"""C code is as clang-format has it, by the .clang-format of the tree."""

import re
import shutil
import subprocess

from . import tree

PROBLEM = re.compile(r"^(.+?):(\d+):\d+: error: code should be clang-formatted")


def check(root):
    if shutil.which("clang-format") is None:
        print("format: not checked, since clang-format is not installed")
        return []
    paths = tree.code(root) + [path for folder in ("samples", "tests")
                               for path in tree.files(root, folder, r".*\.[ch]")]
    done = subprocess.run(["clang-format", "--dry-run", "--Werror", *map(str, paths)], cwd=root,
                          capture_output=True, text=True)
    found = sorted({(match.group(1), int(match.group(2)))
                    for match in map(PROBLEM.match, done.stderr.splitlines()) if match})
    wrong = [f"{path}:{line}: is not formatted; run clang-format -i {path}"
             for path, line in found]
    if done.returncode != 0 and not wrong:
        wrong.append(f".clang-format:1: clang-format failed: {done.stderr.strip()}")
    return wrong
