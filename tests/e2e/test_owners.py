# SPDX-License-Identifier: GPL-2.0-or-later
"""Owners, places and names of interfaces: from tables of others, and from the DNS."""

import csv
import io
import json
import os
import signal
import socket
import struct
import threading
import time

import mmdb
import network
import support

HEADING = "time_us,responder,target,flow,probe_ttl,quoted_ttl,reply_ttl,icmp_type,icmp_code,rtt_us,mpls,flags"
LONG = "Ä" * 40  # 80 bytes, of which 63 find room: 31 characters
PLACES = {
    "192.0.2.0/25": {"country": {"iso_code": "NZ"}, "city": {"names": {"de": "Wellingtonien", "en": "Wellington"}}},
    "192.0.2.128/25": {"country_code": "IS", "city": LONG},
    "2001:db8::/32": {"country": "Chile"},
}
NAMES = {"192.0.2.1": "a-1.example", "192.0.2.2": None, "192.0.2.129": "b_2.example", "2001:db8::1": "six.example"}


def question_of(packet):
    """Returns the labels of a question, and the position of its end."""
    labels, at = [], 12
    while packet[at]:
        labels.append(packet[at + 1 : at + 1 + packet[at]])
        at += 1 + packet[at]
    return labels, at + 5


def address_of(labels):
    """The address whose name is asked for."""
    if labels[-2] == b"in-addr":
        return ".".join(label.decode() for label in reversed(labels[:4]))
    digits = b"".join(reversed(labels[:32])).decode()
    return socket.inet_ntop(socket.AF_INET6, bytes.fromhex(digits))


class Server(threading.Thread):
    """A name server for a few addresses, which also refuses, or answers invalid names. Answers once it has `held` questions."""

    def __init__(self, names, held):
        super().__init__(daemon=True)
        self.names, self.times, self.held, self.ports = names, [], held, set()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"

    def run(self):
        waiting = []
        while True:
            try:
                packet, asker = self.socket.recvfrom(512)
            except OSError:
                return
            self.times.append(time.monotonic())
            self.ports.add(asker[1])
            waiting.append((packet, asker))
            while waiting and len(self.times) >= self.held:
                packet, asker = waiting.pop()
                self.socket.sendto(self.answer(packet), asker)

    def answer(self, packet):
        labels, end = question_of(packet)
        name = self.names.get(address_of(labels), "")
        code = 0 if name else 5 if name == "" else 3  # REFUSED, NXDOMAIN
        heading = packet[:2] + struct.pack("!5H", 0x8180 | code, 1, 1 if name else 0, 0, 0)
        if not name:
            return heading + packet[12:end]
        target = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"
        return heading + packet[12:end] + b"\xc0\x0c" + struct.pack("!HHIH", 12, 1, 60, len(target)) + target


class OwnersTest(support.HopwireTestCase):
    def setUp(self):
        super().setUp()
        self.results = self.directory / "r.csv"

    def write(self, addresses):
        lines = [f"{at + 1},{address},{'2001:db8:9::9' if ':' in address else '198.51.100.9'},0,{at + 1},1,60,{3 if ':' in address else 11},0,9,,"
                 for at, address in enumerate(addresses)]  # fmt: skip
        self.results.write_text("\n".join([HEADING, *lines, ""]))

    def rows(self, *arguments):
        return list(csv.DictReader(io.StringIO(self.hopwire(*arguments, self.results).stdout)))

    def test_places_are_those_of_the_file(self):
        path = self.directory / "places.mmdb"
        mmdb.write(path, PLACES)
        self.assertIn("Wellington", network.call("mmdblookup", "--file", path, "--ip", "192.0.2.1"), "others read it, too")
        self.write(["192.0.2.1", "192.0.2.129", "198.51.100.1", "2001:db8::1"])
        rows = self.rows("interfaces", "--mmdb", path)
        self.assertEqual(
            {row["interface"]: (row["country"], row["city"]) for row in rows},
            {"192.0.2.1": ("NZ", "Wellington"), "192.0.2.129": ("IS", LONG[:31]), "198.51.100.1": ("", ""), "2001:db8::1": ("Chile", "")},
        )
        (link,) = [row for row in self.rows("links", "--mmdb", path) if row["from"] == "192.0.2.1"]
        self.assertEqual((link["from_city"], link["to_country"]), ("Wellington", "IS"))
        self.assertEqual(self.page("--mmdb", path).count("<td class=\"text\">Wellington</td>"), 1)
        for wrong, what in ((self.results, "is not a MaxMind DB"), (self.directory / "none", "cannot be read")):
            self.assertIn(f"--mmdb: {wrong}: {what}", self.hopwire("interfaces", "--mmdb", wrong, self.results, status=2).stderr)

    @support.needs_root
    def test_a_damaged_file_of_places_is_told(self):
        whole, damaged, results = (self.directory / name for name in ("whole.mmdb", "damaged.mmdb", "one.csv"))
        mmdb.write(whole, {"192.0.2.0/24": {"country": {"iso_code": "NZ"}}, "2001:db8::/32": {"country": {"iso_code": "NZ"}}})
        content = whole.read_bytes()
        place = content.index(b"country") - 1
        damaged.write_bytes(content[:place] + b"\x3f" + content[place + 1 :])  # a pointer to beyond the end
        results.write_text(
            "time_us,responder,target,flow,probe_ttl,quoted_ttl,reply_ttl,icmp_type,icmp_code,rtt_us,mpls,flags\n"
            "1,192.0.2.1,203.0.113.1,0,1,1,64,11,0,1000,,\n"
        )
        done = self.hopwire("interfaces", "--mmdb", damaged, results)
        self.assertIn("warning: --mmdb: the file is damaged: 2 look-ups found no place for that", done.stderr)
        self.assertIn("192.0.2.1,1,1000,1,1,", done.stdout)
        self.assertEqual(self.hopwire("interfaces", "--mmdb", whole, results).stderr, "")

    def test_a_trace_tells_whose_its_hops_are(self):
        exchanges, places, origins = (self.directory / name for name in ("ixp.csv", "places.mmdb", "asn.txt"))
        exchanges.write_text("prefix,name\n240.0.0.0/4,An IX\n")
        origins.write_text("240.0.0.0/4 64500\n")
        mmdb.write(places, {"240.0.0.0/4": {"country": {"iso_code": "NZ"}, "city": {"names": {"en": "Wellington"}}}})
        trace = ("sim", "run", "--", support.BINARY, "trace", "-n", "-q", 1, "-m", 2, "--asn", origins, "--ixp", exchanges, "--mmdb", places)
        self.assertIn(" [AS64500] [An IX] [NZ Wellington]  ", self.hopwire(*trace, "16.0.0.7").stdout)
        answer = json.loads(self.hopwire(*trace, "--json", "16.0.0.7").stdout)["hops"][0][0]
        self.assertEqual([answer[key] for key in ("asn", "ixp", "country", "city")], ["64500", "An IX", "NZ", "Wellington"])

    def page(self, *arguments):
        self.hopwire("report", "--overwrite", "-o", self.directory / "r.html", *arguments, self.results)
        return (self.directory / "r.html").read_text()

    def test_hostile_names_are_shown_and_not_obeyed(self):
        """In a browser, a terminal and graphviz."""
        evil = "<script>alert(1)</script>\"'&\x1b[2J\u202e]]>"
        quoted = evil.replace('"', '""')
        exchanges, names, places, origins = (self.directory / name for name in ("ixp.csv", "names.csv", "places.mmdb", "asn.txt"))
        exchanges.write_text(f'prefix,name\n192.0.2.0/24,"{quoted}"\n')
        names.write_text(f'address,name\n192.0.2.1,"{quoted}"\n192.0.2.2,"{quoted}"\n')
        origins.write_text(f"192.0.2.0/24 64500 {evil}\n")
        mmdb.write(places, {"192.0.2.0/24": {"country": {"iso_code": evil}, "city": {"names": {"en": evil}}}})
        self.write(["192.0.2.1", "192.0.2.2"])
        options = ("--asn", origins, "--ixp", exchanges, "--names", names, "--mmdb", places)
        page = self.page(*options)
        self.assertNotIn("<script", page)
        self.assertGreater(page.count("&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;"), 4)
        network.call("xmllint", "--noout", self.directory / "r.html")
        lists = [("interfaces",), ("links",), ("links", "--as-links"), ("links", "--diamonds"), ("links", "--dot", "198.51.100.0/24")]
        for text in [page] + [self.hopwire(*command, *options, self.results).stdout for command in lists]:
            self.assertNotRegex(text, "[\x1b\u202e]")
        row = next(csv.DictReader(io.StringIO(self.hopwire("interfaces", *options, self.results).stdout)))
        self.assertEqual(row["ixp"], "<script>alert(1)</script>\"'&\\x1b[2J\\xe2\\x80\\xae]]>")

    def start(self, names, held=1):
        server = Server(names, held)
        server.start()
        self.addCleanup(server.socket.close)
        return server

    def test_names_are_those_of_the_dns(self):
        server = self.start(NAMES | {"192.0.2.3": "no host.example", "192.0.2.4": "x\x1b[2J.example"})
        self.write([*NAMES, "192.0.2.3", "192.0.2.4", "192.0.2.5"])
        done = self.hopwire("names", "--rate", "1k", "--server", server.address, self.results)
        self.assertIn("7 interfaces: 3 with a name, 3 without a name, 1 without an answer", done.stderr)
        names = self.directory / "r.csv.names.csv"
        self.assertEqual(names.read_text().splitlines()[0], "address,name")
        found = {row["interface"]: row["name"] for row in self.rows("interfaces", "--names", names) if row["name"]}
        self.assertEqual(found, {address: name for address, name in NAMES.items() if name})
        self.assertIn("six.example", self.page("--names", names))
        before = names.read_bytes()
        self.assertIn("--overwrite", self.hopwire("names", "--server", server.address, self.results, status=2).stderr)
        second = self.directory / "second.csv"
        second.write_bytes(self.results.read_bytes())
        self.hopwire("names", "--server", server.address, "--overwrite", "-o", second, self.results, second, status=2)
        self.assertEqual(second.read_bytes(), self.results.read_bytes(), "what is read is not overwritten")
        self.assertEqual(names.read_bytes(), before)

    def test_names_can_be_interrupted_while_results_are_read(self):
        results = self.directory / "fifo"
        os.mkfifo(results)
        names = self.start_hopwire("names", "-o", "-", results)
        with open(results, "wb"):
            names.send_signal(signal.SIGINT)
            self.assertEqual(names.wait(60), -signal.SIGINT)

    def test_questions_come_at_the_rate_that_was_asked_for(self):
        addresses = [f"192.0.2.{host}" for host in range(1, 21)]
        server = self.start({address: "a.example" for address in addresses})
        self.write(addresses)
        self.hopwire("names", "--rate", "20", "--server", server.address, "-o", "-", self.results)
        self.assertEqual(len(server.times), 20)
        self.assertGreater(server.times[-1] - server.times[0], 0.8)

    def test_each_question_has_a_port_of_its_own(self):
        """Somebody who learns the port of one question, perhaps of an address whose name he serves, cannot guess the others."""
        addresses = [f"192.0.2.{host}" for host in range(1, 13)]
        server = self.start({address: "a.example" for address in addresses}, held=12)
        self.write(addresses)
        done = self.hopwire("names", "--rate", "1k", "--server", server.address, "-o", "-", self.results)
        self.assertEqual(done.stdout.count("a.example"), 12)
        self.assertGreater(len(server.ports), 9)
