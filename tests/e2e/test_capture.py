# SPDX-License-Identifier: GPL-2.0-or-later
"""What --capture stores: read back by tshark, by decode, and block by block."""

import collections
import struct

import network
import support

USUAL = ("--max-ttl", 8, "16.0.0.0/15")  # 4,096 probes
PACKET, STATISTICS = 6, 5
RECEIVED, FILTER_ACCEPTED, DELIVERED = 4, 6, 8  # options of statistics


def blocks(data):
    """Type and body of every block; raises struct.error at a block that is not whole."""
    while data:
        kind, length = struct.unpack_from("=II", data)
        (again,) = struct.unpack_from("=I", data, length - 4)
        assert length == again, (length, again)
        yield kind, data[8 : length - 4]
        data = data[length:]


def options(body):
    """The options in a block's body, by number."""
    found = {}
    while True:
        number, length = struct.unpack_from("=HH", body)
        if number == 0:
            return found
        found[number] = body[4 : 4 + length]
        body = body[4 + (length + 3) // 4 * 4 :]


@support.needs_root
class CaptureTest(support.HopwireTestCase):
    def setUp(self):
        super().setUp()
        self.path = self.directory / "replies.pcapng"

    def captured(self, *arguments, **options):
        return self.survey(*arguments, "--capture", self.path, *USUAL, **options)

    def comments(self):
        """How many packets tshark finds with each comment."""
        told = network.call("tshark", "-r", str(self.path), "-T", "fields", "-e", "frame.comment")
        return collections.Counter(told.splitlines())

    def test_what_is_received_and_rejected_is_captured(self):
        # So few that rings have room for all, however long their reader waits for a processor.
        survey = self.captured("--sim=fault=flood:2k,corrupt-back=5", "--capture-rejected", "--rate", "4k")
        ledger = survey.ledger
        rejected = collections.Counter()
        for by, key in (("rejected", "rejected_decode"), ("rejected by the filter", "rejected_filter")):
            rejected.update({f"{by}: {reason}": count for reason, count in ledger[key].items() if count})
        if ledger["excess"]:
            rejected["rejected: excess"] = ledger["excess"]
        self.assertGreater(ledger["rejected_filter"]["forged"], 100)
        self.assertGreater(ledger["rejected_decode"]["icmp_checksum"], 10)
        self.assertEqual(ledger["capture_dropped"] + ledger["capture_past_limit"], 0, ledger)
        comments = self.comments()
        self.assertEqual(comments.pop("", 0), ledger["accepted"])
        self.assertEqual(comments, rejected)

        counted = [options(body[12:]) for kind, body in blocks(self.path.read_bytes()) if kind == STATISTICS]
        self.assertEqual(len(counted), 1)
        for number, key in ((RECEIVED, "arrived"), (FILTER_ACCEPTED, "redirected"), (DELIVERED, "decoded")):
            self.assertEqual(struct.unpack("=Q", counted[0][number])[0], ledger[key], key)

    def test_a_capture_decodes_to_what_was_recorded(self):
        survey = self.captured("--sim")
        decoded = self.directory / "decoded.csv"
        done = self.hopwire("decode", "--metadata", survey.metadata_path, "--output", decoded, self.path)
        self.assertNotIn("warning", done.stderr)
        self.assertEqual(sorted(support.read_csv(decoded)), sorted(survey.records))
        told = network.call("capinfos", str(self.path))
        for text in ("Name = uplink0\n", "nanoseconds (9)", "Capture application: hopwire "):
            self.assertIn(text, told)

    def test_a_full_capture_ends_with_a_whole_packet(self):
        survey = self.captured("--sim", "--capture-limit", "64K")
        self.assertLessEqual(self.path.stat().st_size, 65536)
        packets = sum(kind == PACKET for kind, _ in blocks(self.path.read_bytes()))
        self.assertEqual(packets, survey.ledger["captured"])
        self.assertGreater(survey.ledger["capture_past_limit"], 0)
        self.assertEqual(len(survey.records), survey.ledger["accepted"], "results have all")
        self.assertIn("which has reached --capture-limit", survey.said)

    def test_a_killed_survey_leaves_whole_blocks(self):
        process, _ = self.start_survey("--sim", "--rate", "2k", "--capture", self.path, "--max-ttl", 8, "16.0.0.0/9")
        support.wait_until(lambda: self.path.stat().st_size > 20000, "packets in the capture")
        process.kill()
        process.wait()
        self.assertGreater(sum(kind == PACKET for kind, _ in blocks(self.path.read_bytes())), 0)
        self.assertGreater(sum(self.comments().values()), 0)

    def test_a_resumed_survey_adds_to_its_capture(self):
        stopped = self.captured("--sim", "--max-probes", 1000)
        size = self.path.stat().st_size
        self.path.write_bytes(self.path.read_bytes() + b"\x06\0\0\0")  # the beginning of a block
        notes = self.directory / "notes.txt"
        notes.write_text("what a capture must not take the place of\n")
        self.hopwire("survey", "--resume", stopped.metadata_path, "--capture", notes, status=2)
        self.assertEqual(notes.read_text(), "what a capture must not take the place of\n")
        self.hopwire("survey", "--resume", stopped.metadata_path)
        ledger = support.read_metadata(stopped.results)["ledger"]
        self.assertLedgerBalanced(ledger)
        self.assertGreater(self.path.stat().st_size, size)
        self.assertEqual(sum(kind == PACKET for kind, _ in blocks(self.path.read_bytes())), ledger["captured"])
        self.assertEqual(self.comments(), {"": ledger["captured"]})
