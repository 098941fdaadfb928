#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The table of guards is true of the tree: each guard stands in its file once, and its test is
there. That the test fails without the guard is shown by run.py."""
import os
import re
import unittest

import guards

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return file.read()


def cases(test):
    """What of a test can be named: its functions, and for the dialogues their files."""
    if test == "test_dialogue":
        folder = os.path.join(ROOT, "tests", "dialogue")
        return {name.removesuffix(".smtp") for name in os.listdir(folder)}
    return set(re.findall(r"cmocka_unit_test(?:_\w+)?\(\s*(\w+)",
                          read(f"tests/{test}.c")))


class Table(unittest.TestCase):
    def test_each_guard_stands_in_its_file_once(self):
        for row in guards.ROWS:
            for guard in row.guards:
                for name, text, without in guard.changes():
                    with self.subTest(row.name, file=name, text=text):
                        self.assertEqual(read(name).count(text), 1)
                        self.assertNotEqual(text, without)

    def test_each_guard_has_its_test(self):
        for row in guards.ROWS:
            for guard in row.guards:
                with self.subTest(row.name, case=guard.case):
                    self.assertIn(guard.case, cases(guard.test))

    def test_each_row_has_a_name_of_its_own(self):
        names = [row.name for row in guards.ROWS]
        self.assertEqual(len(names), len(set(names)))


if __name__ == "__main__":
    unittest.main()
