# SPDX-License-Identifier: ISC
"""Each module has a test program of its name: NAME.c is tested by tests/test_NAME.c. A file
without a header of its own is a part of the module whose name its own begins with. What is tested
by another program is listed in modules.txt: file, program, reason."""

from pathlib import Path

from . import tree

LIST = "tests/lint/modules.txt"


def has_test(root, name):
    return Path(root, f"tests/test_{name}.c").is_file()


def is_part(root, path):
    if Path(root, path).with_suffix(".h").is_file():
        return False
    words = path.stem.split("_")
    return any(has_test(root, "_".join(words[:count])) for count in range(1, len(words)))


def listed(root):
    """The exceptions, by file: the line's number, the program, the reason."""
    found = {}
    if Path(root, LIST).is_file():
        for number, line in enumerate(tree.read(root, LIST).splitlines(), 1):
            if line.strip() and not line.startswith("#"):
                fields = line.split(None, 2)
                found[fields[0]] = (number, *fields[1:])
    return found


def check_list(root, exceptions):
    wrong = []
    for file, (number, *fields) in exceptions.items():
        where = f"{LIST}:{number}"
        if len(fields) != 2:
            wrong.append(f"{where}: lacks the test or the reason; write: file test reason")
        elif not Path(root, file).is_file():
            wrong.append(f"{where}: there is no {file}; remove the line")
        elif has_test(root, Path(file).stem):
            wrong.append(f"{where}: tests/test_{Path(file).stem}.c is there; remove the line")
        elif not Path(root, "tests", fields[0]).is_file():
            wrong.append(f"{where}: there is no tests/{fields[0]}; name what tests {file}")
    return wrong


def check(root):
    exceptions = listed(root)
    wrong = check_list(root, exceptions)
    for path in tree.files(root, "mime", r".*\.c") + tree.files(root, "src", r".*\.c"):
        if (not has_test(root, path.stem) and not is_part(root, path)
                and path.as_posix() not in exceptions):
            wrong.append(f"{path}:1: has no test program; write tests/test_{path.stem}.c, or say in "
                         f"{LIST} what tests it and why")
    return wrong
