# SPDX-License-Identifier: GPL-2.0-or-later
"""hopwire check: what it reports, with and without privileges."""

import json

import network
import support


class CheckTest(support.HopwireTestCase):
    def test_json_is_an_array_of_lines(self):
        done = self.hopwire("check", "--json", status=None)
        lines = json.loads(done.stdout)
        self.assertIn("kernel", [line["name"] for line in lines])
        for line in lines:
            self.assertEqual(set(line), {"name", "status", "detail", "fix"})
            self.assertIn(line["status"], ("ok", "warning", "missing"))
        missing = any(line["status"] == "missing" for line in lines)
        self.assertEqual(done.returncode, 1 if missing else 0)

    def test_an_interface_that_does_not_exist(self):
        done = self.hopwire("check", "--interface", "nope", status=2)
        self.assertIn("--interface: there is no interface 'nope'", done.stderr)


@support.needs_root
class CheckedNetworkTest(support.HopwireTestCase):
    def test_no_way_to_send_is_taken_where_a_survey_has_none(self):
        chain = self.router_chain(1)
        for lost in ("net_raw", "net_admin"):
            with self.subTest(lost):
                without = ("setpriv", "--bounding-set", f"-{lost}", "--inh-caps", f"-{lost}", support.BINARY)
                done = network.run(*chain.host.command(*without, "check", "--json"))
                lines = {line["name"]: line for line in json.loads(done.stdout)}
                self.assertEqual(done.returncode, 1)
                self.assertEqual(lines["survey --tx auto"]["status"], "missing")
                capability = f"CAP_{lost.upper()}"
                self.assertIn(capability, lines["survey --tx auto"]["detail"])
                done = network.run(*chain.host.command(*without, "survey", "-o", self.directory / "r.csv", chain.target_prefix))
                self.assertEqual(done.returncode, 2)
                self.assertIn(f"{capability} is missing", done.stderr)

    def test_a_chain_of_routers_is_ready(self):
        chain = self.router_chain(1)
        done = self.hopwire("check", "--json", namespace=chain.host, status=0)
        lines = {line["name"]: line for line in json.loads(done.stdout)}
        self.assertEqual(lines["interface"]["status"], "ok")
        self.assertIn(chain.gateway, lines["gateway of IPv4"]["detail"])
        self.assertRegex(lines["survey --tx auto"]["detail"], "^uses ring at --rate max: not xsk, because .*; not live, because ")
        # Kernels before 6.3 do not tell.
        self.assertRegex(lines["XDP in the driver"]["detail"], "^native|^kernels before 6.3 do not report it")
