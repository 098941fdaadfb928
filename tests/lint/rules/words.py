# SPDX-License-Identifier: ISC
"""What has no place in the tree: paths of one machine, addresses of hosts that nobody has looked
at, files without their license, folders that were not meant."""

import re
from pathlib import Path

from . import tree

TOP = set("""
src include mime tests samples docs
CMakeLists.txt CMakePresets.json README.md LICENSE CHANGELOG.md CONTRIBUTING.md
""".split())

# The class of one letter keeps the pattern from finding itself.
MACHINE = re.compile(r"(?<![\w.$}])/(w[o]rk|h[o]me/\w+|tmp/w[t]|tmp/b[u]ild|Us[e]rs)/")
ADDRESS = re.compile(r"\b(?:https?|ftp|git)://([\w.-]+\w)")
HOSTS = re.compile(r"(www\.w3\.org|www\.debian\.org|www\.rfc-editor\.org|127\.0\.0\.1|localhost"
                   r"|([\w-]+\.)*example(\.(org|com|net))?|[\w.-]+\.(test|example|invalid))")
BINARY = re.compile(r".*\.(png|jpg|gif|eml|smtp)|pic")
LICENSE = "SPDX-License-Identifier: ISC"
LICENSED = re.compile(r".*\.([ch]|py|sh)")


def check_top(root):
    return [f"{path.name}:1: is not meant to be at the top; move it into a folder, or add it to "
            "tests/lint/rules/words.py"
            for path in sorted(Path(root).iterdir())
            if path.name not in TOP and not path.name.startswith(".")
            and not tree.BUILT.match(path.name)]


def check_lines(path, text):
    wrong = []
    for number, line in enumerate(text.splitlines(), 1):
        where = f"{path}:{number}"
        match = MACHINE.search(line)
        if match:
            wrong.append(f"{where}: {match.group()} is a path of one machine; find it at run time")
        for match in ADDRESS.finditer(line):
            if not HOSTS.fullmatch(match.group(1)):
                wrong.append(f"{where}: {match.group(1)} is no host we name; use example.org, or "
                             "add it to tests/lint/rules/words.py")
    return wrong


def check(root):
    wrong = check_top(root)
    for path in tree.files(root):
        if path.parts[0] not in TOP and not path.parts[0].startswith("."):
            continue
        if path.parts[:3] == ("tests", "fuzz", "corpus") or BINARY.fullmatch(path.name):
            continue
        text = tree.read(root, path)
        if LICENSED.fullmatch(path.name) and LICENSE not in "\n".join(text.splitlines()[:3]):
            wrong.append(f"{path}:1: names no license; begin it with a comment {LICENSE}")
        wrong += check_lines(path, text)
    return wrong
