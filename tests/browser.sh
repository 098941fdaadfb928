#!/bin/bash
# SPDX-License-Identifier: ISC
# Shows the golden messages in a real browser: installs Chromium from Debian's packages where it is
# missing, and runs end_to_end/test_browser.py. It is apart from run.sh because Chromium is large;
# where it is there, ctest runs that test too.
set -euo pipefail

cd "$(dirname "$0")/.."
.ci/install.sh chromium python3
exec /usr/bin/python3 tests/end_to_end/test_browser.py
