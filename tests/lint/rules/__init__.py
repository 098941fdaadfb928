# SPDX-License-Identifier: ISC
"""The rules. Each module has check(root), which gives one line for each thing that is wrong, as
"file:line: what is wrong; what to do"."""
