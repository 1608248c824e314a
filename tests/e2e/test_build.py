# SPDX-License-Identifier: GPL-2.0-or-later
"""What the build refuses."""

import os
import shlex

import network
import support

CHECK = support.ROOT / "scripts" / "check-atomics"
CHECK_ADDRESSES = support.ROOT / "scripts" / "check-addresses"
CHECK_INCLUDES = support.ROOT / "scripts" / "check-includes"
CHECK_NUMBERS = support.ROOT / "scripts" / "check-numbers"

PROGRAM = """
long long counted;
__attribute__((section("xdp"), used)) int program(void *context)
{
    %s
    return 2;
}
"""


class AtomicsTest(support.HopwireTestCase):
    """On x86 every atomic operation is a full barrier, so only the compiler's output can show mistakes."""

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


OPTIONS = """
#include "base/options.h"

struct options {
    %s field;
};

const struct option_spec specs[] = {
    {"option", 0, "VALUE", OPTION_FIELD(%s, struct options, field), .help = ""},
    {0},
};
"""


class OptionFieldTest(support.HopwireTestCase):
    """A parser writes through a void pointer: only the compiler can check that the field has the right type."""

    def compile(self, field, parser):
        source = self.directory / "options.c"
        source.write_text(OPTIONS % (field, parser))
        compiler = shlex.split(os.environ.get("CC", "cc"))
        includes = [f"-I{support.ROOT / name}" for name in ("userspace", "include")]
        return network.run(*compiler, "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", *includes, str(source))

    def test_a_field_of_the_type_compiles(self):
        for field, parser in (("uint32_t", "option_number"), ("const char *", "option_text")):
            done = self.compile(field, parser)
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_field_of_another_type_is_refused(self):
        for field, parser in (("uint16_t", "option_number"), ("uint32_t", "option_number64"), ("float", "option_rate")):
            done = self.compile(field, parser)
            self.assertNotEqual(done.returncode, 0, f"{field} for {parser}()")
            self.assertIn("a table has this field for another type", done.stderr)


class IncludesTest(support.HopwireTestCase):
    TABLE = "| directory | what |\n|---|---|\n| `include/` | |\n| `userspace/low/` | |\n| `userspace/high/` | |\n"

    def check(self, **files):
        """Returns the faults in a tree of these sources. Their names have _ for /, and also for the last dot."""
        (self.directory / "docs").mkdir(exist_ok=True)
        (self.directory / "docs" / "architecture.md").write_text(self.TABLE)
        for name, included in files.items():
            directory, module, kind = name.split("_")
            path = self.directory / "userspace" / directory / f"{module}.{kind}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(f'#include "{each}"\n' for each in included))
        done = network.run(str(CHECK_INCLUDES), str(self.directory))
        self.assertEqual(done.returncode, 1 if done.stdout else 0, done.stderr)
        return done.stdout

    def test_down_and_sideways_pass(self):
        self.assertEqual(self.check(high_a_c=["low/b.h", "high/a.h"], high_a_h=[], low_b_h=["low/c.h"], low_c_h=[]), "")

    def test_up_is_refused(self):
        said = self.check(low_b_c=["high/a.h"], high_a_h=[])
        self.assertEqual(said, "userspace/low/b.c: includes high/a.h, from a floor above low/\n")

    def test_a_circle_is_refused(self):
        said = self.check(low_a_h=["low/b.h"], low_b_h=["low/c.h"], low_c_h=["low/a.h"])
        self.assertEqual(said, "a circle of includes: low/a.h, low/b.h, low/c.h\n")

    def test_a_directory_without_a_floor_is_refused(self):
        self.assertIn("on no floor", self.check(attic_a_h=[]))


class LineTestCase(support.HopwireTestCase):
    """What CHECK reports about a tree with a file of one line."""

    def check(self, path, line):
        file = self.directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(line + "\n")
        done = network.run(str(self.CHECK), str(self.directory))
        file.unlink()
        self.assertEqual(done.returncode, 1 if done.stdout else 0, done.stderr)
        return done.stdout


class AddressesTest(LineTestCase):
    CHECK = CHECK_ADDRESSES

    def test_of_32_bits_is_refused(self):
        for name in ("address", "target_address", "best_responder", "const_gateway", "from, source"):
            said = self.check("userspace/low/a.c", f"    uint32_t {name};")
            self.assertEqual(said, f"userspace/low/a.c:1: '{name}' is a uint32_t, not a struct address\n")
        self.assertIn("'sources'", self.check("userspace/low/a.c", "void use(const uint32_t *sources);"))
        self.assertIn("'hop_responder'", self.check("userspace/low/a.c", "uint32_t hop_responder(unsigned ttl);"))

    def test_what_is_none_passes(self):
        for line in ("    uint32_t address_count;", "uint32_t address_ipv4(struct address address);", "    uint32_t ipv4;"):
            self.assertEqual(self.check("userspace/low/a.c", line), "")

    def test_numbers_pass_where_they_are_meant(self):
        for path in ("include/sim_hop.h", "userspace/sim/a.c", "userspace/target/run_table.h", "include/layout_udp4.h"):
            self.assertEqual(self.check(path, "    uint32_t address;"), "")


class NumbersTest(LineTestCase):
    CHECK = CHECK_NUMBERS

    def test_literals_are_refused(self):
        for line in ("x = load_be16(ip + 2);", "store_be32(icmp + 4, 0);", "if (ip[9] == 17)", "if (ip[0] >> 4 == 6)"):
            self.assertIn("userspace/packet/a.c:1: ", self.check("userspace/packet/a.c", line), line)
        for line in ("type = 0x86DD;", "port = 33434;", "protocol = IPPROTO_TCP;", "protocol = htons(ETH_P_IP);"):
            self.assertIn("userspace/low/a.c:1: ", self.check("userspace/low/a.c", line), line)

    def test_names_comments_and_texts_pass(self):
        for line in ("x = load_be16(ip + IPV4_ID);", "uint8_t ip[20];", "/* from port 33434 on,\n * 0x0800 */", '"at most 65535"'):
            self.assertEqual(self.check("userspace/packet/a.c", line), "", line)

    def test_other_formats_have_offsets_of_their_own(self):
        self.assertEqual(self.check("userspace/output/a.c", "length = load_be32(header + 4);"), "")

    def test_constants_are_defined_somewhere(self):
        self.assertEqual(self.check("include/protocol.h", "#define ETHERTYPE_IPV4 0x0800"), "")

    def test_the_tree_passes(self):
        self.assertEqual(network.run(str(CHECK_NUMBERS)).stdout, "")
