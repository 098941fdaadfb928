# SPDX-License-Identifier: ISC
"""The table of guards: what has gone wrong in mailers, what keeps it from going wrong here, and the
test that fails when that is taken out. run.py takes them out one after the other; test_table.py
sees that the table is true of the tree."""
import address_rows
import fate_rows
import login_rows
import message_end_rows
import reply_rows
import tls_rows

ROWS = [row for rows in (message_end_rows, tls_rows, reply_rows, fate_rows, login_rows,
                         address_rows)
        for row in rows.TABLE.rows]
