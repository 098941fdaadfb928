# SPDX-License-Identifier: ISC
"""Files and functions that have grown too long ask to be cut."""

from . import tree

FILE_LINES = 500
FUNCTION_LINES = 60


def long_functions(lines):
    """The line and length of each body that is too long; bodies have braces in the first column,
    as clang-format puts them."""
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{" and number > 1 and lines[number - 2].endswith(")"):
            start = number
        elif line == "}" and start is not None:
            if number - start - 1 > FUNCTION_LINES:
                yield start, number - start - 1
            start = None


def check(root):
    wrong = []
    for path in tree.code(root):
        lines = tree.read(root, path).splitlines()
        if len(lines) > FILE_LINES:
            wrong.append(f"{path}:{len(lines)}: has more than {FILE_LINES} lines; cut it where its "
                         "subject divides")
        for start, length in long_functions(lines):
            wrong.append(f"{path}:{start}: the function has {length} lines, more than "
                         f"{FUNCTION_LINES}; cut it where its subject divides")
    return wrong
