# SPDX-License-Identifier: GPL-2.0-or-later
"""In a guest: the line to the machine outside, which is our stdin and stdout. A JSON object a line.

    guest -> outside   {}                                        it is up
    outside -> guest   {"binary", "unit", "end_to_end", "scenarios"}    what to run
    guest -> outside   {"name", "outcome", "seconds", "detail"}  what became of a test
                       {"nic", …}                                what was seen of a NIC, for the table
                       {"set_link": {"name", "up"}}              a wish, answered by {} when it is fulfilled
                       {"end"}
"""

import json
import sys


def tell(**word):
    print(json.dumps(word), flush=True)


def heard():
    """Waits for a word from outside."""
    return json.loads(sys.stdin.readline())


def set_link(port, up):
    """Cuts or mends the wire of a port; returns when that is done."""
    tell(set_link={"name": port.name, "up": up})
    heard()
