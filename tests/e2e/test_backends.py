# SPDX-License-Identifier: GPL-2.0-or-later
"""Surveys through each way of sending: all find the same, count every probe, and leave nothing behind."""

import fcntl
import json
import os
import signal
import struct
import subprocess
import threading
import time

import network
import support

IDEAL = "--sim=realism=ideal"
BACKENDS = ("ring", "xsk", "live", "sendmmsg")


class FarEnd(threading.Thread):
    """The far end of an Ethernet device `near`, which takes packets once it is started."""

    TUNSETIFF = 0x400454CA
    IFF_TAP, IFF_NO_PI = 2, 0x1000
    ROOM = 64  # packets that wait for it

    def __init__(self, namespace):
        super().__init__(daemon=True)
        self.namespace, self.probes = namespace, 0
        self._end = network.call_inside(namespace.name, self._open)
        namespace.ip(f"link set near txqueuelen {self.ROOM}", "address add 44.0.0.1/24 dev near", "link set near up", "route add default via 44.0.0.9")

    def _open(self):
        end = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(end, self.TUNSETIFF, struct.pack("16sH22x", b"near", self.IFF_TAP | self.IFF_NO_PI))
        return end

    def is_full(self):
        return int(self.namespace.call("cat", "/sys/class/net/near/statistics/tx_dropped")) > 0

    def run(self):
        while frame := self._read():
            self.probes += frame[12:14] == b"\x08\0" and frame[23] == 17

    def _read(self):
        try:
            return os.read(self._end, 2048)
        except OSError:  # the device is gone
            return b""

    def stop(self):
        """Takes the device away, which ends the thread."""
        self.namespace.ip("link delete near")
        self.join()
        os.close(self._end)


@support.lasting
@support.needs_root
class BackendTest(support.HopwireTestCase):
    def test_everything_is_found(self):
        for backend in BACKENDS:
            with self.subTest(backend):
                survey = self.survey(
                    IDEAL, "--tx", backend, "--rate", "100k", "16.0.0.0/14", name=f"{backend}.csv"
                )
                self.assertEqual(survey.ledger["sent"], 1024 * 32)
                self.assertEqual(survey.ledger["tx_dropped"], 0)
                self.assertEqual(survey.metadata["device_difference"], {"tx_packets": 0, "rx_packets": 0})
                score = self.score(survey)
                for kind in ("interfaces", "links"):
                    self.assertEqual((score[kind]["recall"], score[kind]["precision"]), (1.0, 1.0), score)

    def test_auto_takes_what_it_says(self):
        chain = self.router_chain(1)
        for rate, why in (("5k", "it reaches 5,000 probes per second"), ("max", "not xsk, because .*; not live, because .*")):
            with self.subTest(rate):
                survey = self.survey("--rate", rate, "--max-ttl", 2, chain.target, namespace=chain.host, name=f"{rate}.csv")
                self.assertRegex(survey.said, rf"(?m)\Ahopwire: --tx auto uses ring: {why}$")
                self.assertEqual(survey.metadata["tx"], "ring")
                self.assertRegex(survey.metadata["tx_auto"], f"^{why}$")
                self.assertEqual(len(survey.records), 2)
                # Beforehand, in the same words.
                said = json.loads(self.hopwire("check", "--json", "--rate", rate, namespace=chain.host).stdout)
                details = [line["detail"] for line in said if line["name"] == "survey --tx auto"]
                self.assertTrue(details[0].endswith(": " + survey.metadata["tx_auto"]), details)
        named = self.survey("--tx", "ring", "--max-ttl", 2, chain.target, namespace=chain.host, name="named.csv")
        self.assertIsNone(named.metadata["tx_auto"])
        self.assertNotIn("--tx auto", named.said)

    def test_live_needs_the_types_of_the_kernel(self):
        without = ("unshare", "--mount", "sh", "-c", 'mount --bind /dev/null /sys/kernel/btf/vmlinux && exec "$@"', "sh")
        survey = (*without, support.BINARY, "survey", IDEAL, "--rate", "max", "--cooldown", "0", "--output", "-", "16.0.0.0/23")
        cases = (
            ((), 0, "--tx auto uses ring: not live, because the kernel has no type information (BTF)"),
            (("--tx", "live"), 1, "cannot open the TX backend 'live' on uplink0: the kernel has no type information"),
        )
        for more, status, said in cases:
            with self.subTest(more):
                done = subprocess.run([*survey, *more], capture_output=True, text=True)
                self.assertEqual(done.returncode, status, done.stderr)
                self.assertIn(said, done.stderr)

    def test_auto_takes_live_in_the_simulator_beyond_the_reach_of_ring(self):
        enough = len(os.sched_getaffinity(0)) >= 2
        cases = (
            ("200k", (), "ring", "it reaches 200,000 probes per second"),
            ("max", (), "live" if enough else "ring", "the simulated Internet accepts live frames|not live, because it needs 2 CPUs"),
            ("max", ("2400:1::/48",), "ring", "not live, because there are 2 ways out"),
        )
        for rate, more, tx, why in cases:
            with self.subTest(rate=rate, more=more):
                name = f"{rate}-{len(more)}.csv"
                survey = self.survey(IDEAL, "--rate", rate, "16.0.0.0/16", *more, name=name)
                self.assertEqual(survey.metadata["tx"], tx)
                self.assertRegex(survey.metadata["tx_auto"], f"^({why})")
                self.assertEqual(survey.ledger["sent"] + survey.ledger["tx_dropped"], (256 + len(more)) * 32)

    def test_every_probe_is_counted_at_full_speed(self):
        for backend in BACKENDS:
            with self.subTest(backend):
                survey = self.survey(IDEAL, "--tx", backend, "16.0.0.0/12", name=f"{backend}.csv")
                ledger = survey.ledger
                self.assertEqual(ledger["sent"] + ledger["tx_dropped"], 4096 * 32)
                # In a private namespace the device itself has counted the same packets.
                self.assertEqual(survey.metadata["device_difference"]["tx_packets"], 0, ledger)
                sent = survey.metadata["device_sent"]
                self.assertEqual([device["handed"] for device in sent["devices"]], [ledger["sent"]])
                self.assertEqual(sent["missing"], 0)

    def test_an_interrupted_survey_is_counted_too(self):
        for backend in BACKENDS:
            with self.subTest(backend):
                process, results = self.start_survey(
                    IDEAL, "--tx", backend, "--rate", "20k", "16.0.0.0/12", name=f"{backend}.csv"
                )
                with self.leaves_nothing_behind(process):
                    process.send_signal(signal.SIGINT)
                    self.finish(process, status=130)
                metadata = support.read_metadata(results)
                self.assertLedgerBalanced(metadata["ledger"])
                self.assertEqual(metadata["device_difference"], {"tx_packets": 0, "rx_packets": 0})
                self.assertTrue(0 < metadata["ledger"]["sent"] < 4096 * 32, metadata["ledger"])

    def test_what_the_device_never_takes_is_given_up(self):
        # The other end takes packets of 72 bytes: those of TTL 44 and more are refused without a word.
        for backend in ("ring", "xsk", "sendmmsg"):
            with self.subTest(backend):
                chain = self.router_chain(1)
                chain.routers[0].ip(f"link set {chain.gateway_interface} mtu 68")
                survey = self.survey(
                    "--tx", backend, "--min-ttl", 42, "--max-ttl", 44, f"{chain.target}/32",
                    namespace=chain.host, name=f"{backend}.csv",
                )  # fmt: skip
                self.assertEqual((survey.ledger["sent"], survey.ledger["tx_dropped"]), (2, 1), survey.ledger)
                self.assertIn("is the MTU smaller at its other end?", survey.said)

    def test_a_survey_that_could_send_nothing_has_failed(self):
        chain = self.router_chain(1)
        chain.routers[0].ip(f"link set {chain.gateway_interface} mtu 68")
        results = self.directory / "results.csv"
        arguments = ("--min-ttl", 44, "--max-ttl", 44, chain.target)
        done = self.hopwire(*self.survey_arguments(results), *arguments, namespace=chain.host, status=1)
        said = rf"(?m)^hopwire: survey: no probe was sent: {chain.host_interface} accepted none of 1$"
        self.assertRegex(done.stderr, said)
        self.assertEqual(support.read_metadata(results)["state"], "failed")

    def test_a_far_end_that_pauses_costs_no_probe(self):
        pause = 3  # seconds; a probe that the device refuses for good is given up after ten
        for backend in ("ring", "xsk", "sendmmsg"):
            with self.subTest(backend):
                end = FarEnd(self.namespace("host"))
                results = self.directory / f"{backend}.csv"
                arguments = ("--tx", backend, "--interface", "near", "--gateway-mac", "02:00:00:00:00:09", "--rate", 500, "44.1.0.0/20")
                process = self.start_hopwire(*self.survey_arguments(results), *arguments, namespace=end.namespace)
                support.wait_until(end.is_full, "a device that takes nothing more")
                time.sleep(pause)
                end.start()
                self.finish(process)
                ledger = support.read_metadata(results)["ledger"]
                self.assertEqual((ledger["sent"], ledger["tx_dropped"]), (16 * 32, 0), ledger)
                support.wait_until(lambda: end.probes == 16 * 32, "all to arrive")
                end.stop()

    def test_nothing_stays_behind_a_killed_survey(self):
        for backend in BACKENDS:
            with self.subTest(backend):
                process, _ = self.start_survey(
                    IDEAL, "--tx", backend, "--rate", "20k", "16.0.0.0/12", name=f"{backend}.csv"
                )
                with self.leaves_nothing_behind(process):
                    process.kill()
                    self.finish(process, status=-signal.SIGKILL)
