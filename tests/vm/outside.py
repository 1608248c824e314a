# SPDX-License-Identifier: GPL-2.0-or-later
"""In a guest: the connection to the machine outside, by stdin and stdout. Each line is a JSON object.

    guest -> outside   {}                                        it is up
    outside -> guest   {"binary", "unit", "end_to_end", "scenarios"}    what to run
    guest -> outside   {"name", "outcome", "seconds", "detail"}  what became of a test
                       {"nic", …}                                what was seen of a NIC, for the table
                       {"set_link": {"name", "up"}}              a wish, answered by {} when it is fulfilled
                       {"alive"}                                 every few seconds, whatever else it is at
                       {"end"}
"""

import json
import sys
import threading
import time

ALIVE_SECONDS = 5


def tell(**word):
    sys.stdout.write(json.dumps(word) + "\n")  # in one piece, between those of other threads
    sys.stdout.flush()


def tell_of_life():
    """Starts a thread that reports regularly that the guest is alive."""

    def go_on():
        while True:
            time.sleep(ALIVE_SECONDS)
            tell(alive=True)

    threading.Thread(target=go_on, daemon=True).start()


def heard():
    """Waits for a message from outside."""
    return json.loads(sys.stdin.readline())


def set_link(port, up):
    """Cuts or restores the wire of a port; returns when that is done."""
    tell(set_link={"name": port.name, "up": up})
    heard()
