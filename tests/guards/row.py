# SPDX-License-Identifier: ISC
"""What a row of the table of guards is made of."""
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Guard:
    """A piece of source that stands between a hazard and the user."""
    file: str
    text: str     # the guard; it stands in the file exactly once
    without: str  # what stands there when it is taken out
    test: str     # the test that must fail then, as ctest names it
    case: str     # the function in it (or, for dialogues, the file) that must be the one that fails
    also: tuple = ()  # (file, text, without) of what guards the same place once more

    def changes(self):
        return ((self.file, self.text, self.without), *self.also)


@dataclass(frozen=True)
class Row:
    """A way in which mailers have gone wrong."""
    name: str
    wrong: str               # what went wrong
    guards: tuple = field(default=())
    nothing: str = ""        # why there is nothing to guard, if so


class Table:
    """Rows of one kind, in the order in which they are written."""

    def __init__(self, kind):
        self.kind, self.rows = kind, []

    def row(self, name, wrong, *guards, nothing=""):
        if bool(guards) == bool(nothing):
            raise ValueError(f"{name}: guards, or why there are none")
        self.rows.append(Row(f"{self.kind}-{name}", wrong, guards, nothing))
