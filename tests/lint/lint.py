#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Checks the tree by the rules of this folder:  tests/lint/lint.py [RULE ...]"""

import importlib
import sys
from pathlib import Path

RULES = ("layers", "modules", "lengths", "functions", "words", "format")
ROOT = Path(__file__).resolve().parents[2]


def main(names):
    unknown = set(names) - set(RULES)
    if unknown:
        sys.exit(f"lint: there is no rule {', '.join(sorted(unknown))}; there are: "
                 f"{', '.join(RULES)}")
    wrong = [line for name in names or RULES
             for line in importlib.import_module(f"rules.{name}").check(ROOT)]
    print("\n".join(wrong) if wrong else "Nothing is wrong.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
