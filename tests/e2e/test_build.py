# SPDX-License-Identifier: GPL-2.0-or-later
"""What the build refuses."""

import network
import support

CHECK = support.ROOT / "scripts" / "check-atomics"

PROGRAM = """
long long counted;
__attribute__((section("xdp"), used)) int program(void *context)
{
    %s
    return 2;
}
"""


class AtomicsTest(support.HopwireTestCase):
    """On x86 every atomic operation is a full barrier, so that only the compiler's output can be looked at."""

    def check(self, statement):
        source, program = self.directory / "atomic.c", self.directory / "atomic.o"
        source.write_text(PROGRAM % statement)
        network.call("clang", "-target", "bpf", "-mcpu=v3", "-O2", "-c", str(source), "-o", str(program))
        return network.run(str(CHECK), str(program))

    def test_an_addition_whose_result_is_used_passes(self):
        done = self.check("return __sync_fetch_and_add(&counted, 1) & 1;")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_an_addition_without_order_is_refused(self):
        done = self.check("__sync_fetch_and_add(&counted, 1);")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, "they have no order otherwise")

    def test_what_is_no_object_is_refused(self):
        path = self.directory / "empty.o"
        path.write_text("")
        self.assertNotEqual(network.run(str(CHECK), str(path)).returncode, 0)
