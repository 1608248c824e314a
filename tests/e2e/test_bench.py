# SPDX-License-Identifier: GPL-2.0-or-later
"""hopwire bench: what it measures, what it refuses, and that it leaves nothing behind. Speed is not tested."""

import json
import signal
import xml.etree.ElementTree

import network
import support
import test_bad_input

SHORT = ("--duration", "30ms", "--turns", "1")
KEYS = {"stage", "backend", "device", "threads", "batch", "pps", "ns_per_probe", "cpu_ns_per_probe", "drops", "interfaces", "links"}


class BenchTestCase(support.HopwireTestCase):
    def bench(self, *arguments, **options):
        """Runs a short benchmark and returns its rows; repeats it for longer if nothing got through on a busy machine."""
        for duration in ("30ms", "1s"):
            rows = json.loads(self.hopwire("bench", *arguments, *SHORT, "--duration", duration, "--json", **options).stdout)
            if all(row["pps"] for row in rows):
                break
        for row in rows:
            self.assertEqual(set(row), KEYS)
            self.assertGreater(row["pps"], 0, row)
            self.assertAlmostEqual(row["ns_per_probe"] * row["pps"], 1e9, delta=1e3)
            self.assertGreater(row["cpu_ns_per_probe"], 0, row)
        return rows


def settings(rows):
    return [(row["stage"], row["backend"], row["device"], row["threads"], row["batch"]) for row in rows]


class MemoryTest(BenchTestCase):
    """Stages that need no privilege."""

    def test_every_combination_is_a_row(self):
        rows = self.bench("craft", "--threads", "1,2", "--batch", "16,64,256")
        wanted = [("craft", "memory", "memory", t, b) for t in (1, 2) for b in (16, 64, 256)]
        self.assertEqual(settings(rows), wanted)

    def test_match(self):
        for family in ((), ("-6",)):
            with self.subTest(family=family):
                (row,) = self.bench("match", *family)
                self.assertEqual(settings([row]), [("match", "memory", "memory", 1, 64)])
                self.assertEqual(row["drops"], 0)
                self.assertGreater(row["interfaces"], 0)
                self.assertGreater(row["links"], 0)

    def test_the_table_names_the_best(self):
        done = self.hopwire("bench", "craft", *SHORT)
        lines = done.stdout.splitlines()
        self.assertEqual(lines[0].split()[:5], ["stage", "backend", "device", "threads", "batch"])
        self.assertRegex(lines[-1], r"^best craft on memory: memory, 1 thread, batch 64: [\d,]+/s$")
        self.assertEqual(done.stderr, "")

    def test_a_plot(self):
        path = self.directory / "rates.svg"
        self.bench("craft", "--batch", "16,64", "--plot", path, "--overwrite")
        image = xml.etree.ElementTree.parse(path).getroot()
        self.assertEqual(image.tag, "{http://www.w3.org/2000/svg}svg")
        self.assertEqual(len(image.findall("{http://www.w3.org/2000/svg}polyline")), 2)


@support.needs_root
class DeviceTest(BenchTestCase):
    def test_every_way_to_send_on_both_devices(self):
        rows = self.bench("tx")
        wanted = [("tx", name, "null", 1, 64) for name in ("ring", "xsk", "sendmmsg")]
        wanted += [("tx", name, "veth", 1, 64) for name in ("ring", "xsk", "live", "sendmmsg")]
        self.assertEqual(settings(rows), wanted)
        for row in rows:
            if row["backend"] != "live":  # on a busy machine the far end's ring may run over
                self.assertEqual(row["drops"], 0, row)

    def test_two_threads_and_large_batches(self):
        rows = self.bench("tx", "--tx", "ring,xsk", "--threads", "2", "--batch", "1,1000", "--device", "veth")
        self.assertEqual(len(rows), 4)

    def test_constant_frames(self):
        for size in ("60", "1514"):
            self.assertEqual(len(self.bench("tx", "--device", "veth", "--size", size)), 4)

    def test_replies(self):
        (row,) = self.bench("rx")
        self.assertEqual(settings([row]), [("rx", "xsk", "veth", 1, 64)])

    def test_a_signal_ends_it_and_leaves_nothing(self):
        process = self.start_hopwire("bench", "tx", "--tx", "ring,live", "--duration", "600")
        support.wait_until(lambda: network.Holdings(process.pid).namespaces, "namespaces of its own")
        with self.leaves_nothing_behind(process):
            process.send_signal(signal.SIGINT)
            self.finish(process, status=130)


@support.needs_root
class InterfaceTest(BenchTestCase):
    """On an interface of the host, here one end of a link between two namespaces."""

    def setUp(self):
        super().setUp()
        self.chain = self.router_chain(1)

    def interface(self, *arguments):
        return "tx", "--interface", self.chain.host_interface, "--gateway-mac", "02:00:00:00:00:09", *arguments

    def test_probes_go_where_the_user_says(self):
        capture = self.capture(self.chain.routers[0], self.chain.gateway_interface, "udp")
        (row,) = self.bench(*self.interface("--yes", "--tx", "ring"), namespace=self.chain.host)
        self.assertEqual(row["device"], self.chain.host_interface)
        capture.stop()
        seen = network.tshark(capture.path, "eth.dst", "ip.dst")
        self.assertGreater(len(seen), 0)
        self.assertEqual({mac for mac, _ in seen}, {"02:00:00:00:00:09"})
        self.assertTrue(all(address.startswith(("198.18.", "198.19.")) for _, address in seen))

    def test_nothing_is_sent_without_consent(self):
        capture = self.capture(self.chain.routers[0], self.chain.gateway_interface, "udp")
        for arguments in (self.interface(), ("tx", "--interface", self.chain.host_interface, "--yes")):
            done = self.hopwire("bench", *arguments, *SHORT, namespace=self.chain.host, status=2)
            self.assertRegex(done.stderr, r"\Ahopwire: bench: --interface [^\n]+--yes[^\n]+--gateway-mac[^\n]+\n\Z")
            self.assertEqual(done.stdout, "")
        self.assertEqual(capture.stop(), 0)
        self.assertEqual(network.tshark(capture.path, "ip.dst"), [])


class RefusedTest(test_bad_input.BadInputTestCase):
    def test_arguments(self):
        for arguments, *names in (
            ((), "craft, tx, rx, match, all"),
            (("tx", "rx"), "one stage"),
            (("send",), "'send'"),
            (("tx", "--tx", "pigeon"), "--tx", "'pigeon'", "ring, xsk, live, sendmmsg"),
            (("tx", "--tx", ""), "--tx"),
            (("tx", "--device", "eth0"), "--device", "'eth0'", "null, veth"),
            (("tx", "--device", "null", "--tx", "live"), "--tx live", "--device veth"),
            (("tx", "--threads", "0"), "--threads", "'0'"),
            (("tx", "--threads", "1,many"), "--threads", "'many'"),
            (("tx", "--batch", "1025"), "--batch", "'1025'", "1024"),
            (("tx", "--batch", ",".join("1" * 17)), "--batch", "at most 16"),
            (("tx", "--size", "59"), "--size", "'59'"),
            (("tx", "--ipv6", "--size", "100"), "--ipv6", "--size"),
            (("tx", "--slots", "100"), "--slots", "100"),
            (("tx", "--slots", "128", "--batch", "256"), "--slots", "128", "256"),
            (("tx", "--turns", "16"), "--turns", "'16'"),
            (("rx", "--interface", "lo", "--yes"), "--interface", "tx"),
            (("tx", "--interface", "lo", "--device", "veth"), "--interface", "--device"),
            (("tx", "--gateway-mac", "02:00:00:00:00:01"), "--gateway-mac", "--interface"),
            (("craft", "--plot", "/no/such/directory/x.svg"), "--plot", "/no/such/directory/x.svg"),
        ):
            with self.subTest(" ".join(arguments)):
                self.assert_refused(self.hopwire("bench", *arguments, status=None), *names)

    @support.needs_root
    def test_missing_privileges(self):
        for stage in ("tx", "rx", "all"):
            command = (*test_bad_input.UNPRIVILEGED, str(support.BINARY), "bench", stage, *SHORT)
            self.assert_refused(network.run(*command), "CAP_", "root")
