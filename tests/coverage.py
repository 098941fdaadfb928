#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Prints which part of its lines the tests of a build with --coverage have run, for each file of
the library and the program:  tests/coverage.py BUILD-FOLDER"""

import collections
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def counts(build):
    """How often each line was run, by file; the sum over all programs."""
    lines = collections.defaultdict(lambda: collections.defaultdict(int))
    data = [str(path.resolve()) for path in Path(build).glob("**/*.gcda")]
    with tempfile.TemporaryDirectory() as folder:
        for start in range(0, len(data), 100):
            done = subprocess.run(["gcov", "--stdout", "--json-format", *data[start:start + 100]],
                                  cwd=folder, capture_output=True, text=True, check=True)
            for report in map(json.loads, done.stdout.splitlines()):
                for file in report["files"]:
                    path = Path(report["current_working_directory"], file["file"]).resolve()
                    if path.is_relative_to(ROOT):
                        for line in file["lines"]:
                            name = path.relative_to(ROOT).as_posix()
                            lines[name][line["line_number"]] += line["count"]
    return lines


def main(build):
    total = run = 0
    for name, lines in sorted(counts(build).items()):
        if name.startswith(("mime/", "src/")):
            covered = sum(count > 0 for count in lines.values())
            total += len(lines)
            run += covered
            missing = [str(line) for line, count in sorted(lines.items()) if count == 0]
            shown = " ".join(missing[:12]) + (" ..." if len(missing) > 12 else "")
            print(f"{100 * covered / len(lines):6.1f} %  {name:40} {shown}")
    if total == 0:
        sys.exit("coverage: nothing was counted; build by the preset `coverage`, with gcc")
    print(f"{100 * run / total:6.1f} %  of {total} lines")


if __name__ == "__main__":
    main(sys.argv[1])
