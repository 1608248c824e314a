# SPDX-License-Identifier: GPL-2.0-or-later
"""Pages of results: valid, equal to what the survey itself counted, and drawn by a browser."""

import csv
import re
import subprocess
import unittest

import browser
import support

SVG = re.compile(r"<svg .*?</svg>", re.DOTALL)


@support.needs_root
class ReportTest(support.HopwireTestCase):
    def report(self, *results, **options):
        """Returns the page and the numbers of results; `name` distinguishes several in one test."""
        name = options.pop("name", "report")
        page, data = self.directory / f"{name}.html", self.directory / name
        self.hopwire("report", "--output", page, "--data", data, *results, **options)
        return page, {path.stem: list(csv.reader(path.open())) for path in data.glob("*.csv")}

    def assertValid(self, page):
        done = subprocess.run(["xmllint", "--noout", page], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_report_is_what_the_survey_counted(self):
        survey = self.survey("--sim=realism=internet", "--rate", "20k", "16.0.0.0/19", "2400:cb00::/43")
        page, data = self.report(survey.results)
        self.assertValid(page)
        counters = {(row[1], row[2]): int(row[3]) for row in data["ledger"][1:]}
        for name in support.LEDGER:
            self.assertEqual(counters[name, name], support.ledger_value(survey.ledger, name))
        by_ttl = [list(map(int, row)) for row in data["answers-by-ttl"][1:]]
        self.assertEqual(sum(row[2] for row in by_ttl), survey.metadata["graph"]["interfaces"])
        last = data["discovery-by-probes"][-1]
        self.assertEqual([int(value) for value in last], survey.metadata["discovery"]["points"][-1][1:4])
        self.assertEqual(sum(int(row[1]) for row in data["path-lengths"][1:]), survey.metadata["reached"])
        self.assertIn("ipv6-share", data)
        self.compare_formats(survey, data)

    def compare_formats(self, survey, data):
        """Without metadata and from another format, all that is in records is the same."""
        copy = self.directory / "copy.parquet"
        self.hopwire("convert", survey.results, copy)
        _, others = self.report(copy, name="copy")
        for name in ("answers-by-ttl", "path-lengths", "reply-ttls", "rtt-by-ttl", "ipv6-share"):
            self.assertEqual(data[name], others[name], name)
        self.assertNotIn("discovery-by-probes", others)
        self.assertIn("discovery-by-time", others)

    def test_nothing_is_made_of_what_cannot_be_read_nor_replaced_unasked(self):
        results, page, data = (self.directory / name for name in ("a.csv", "a.html", "data"))
        arguments = ("report", "--output", page, "--data", data, results)
        self.assertIn("a.csv", self.hopwire(*arguments, status=2).stderr)
        self.assertEqual(list(self.directory.iterdir()), [])
        results.write_text("responder,target,flow,probe_ttl,icmp_type,icmp_code,flags\n")
        self.hopwire(*arguments)
        self.assertValid(page)
        self.assertIn("--overwrite", self.hopwire(*arguments, status=2).stderr)
        self.hopwire(*arguments, "--overwrite")
        self.assertIn("a.csv", self.hopwire("report", "--overwrite", "-o", results, results, status=2).stderr)
        beside = ("report", "--overwrite", "--data", self.directory, results)  # where one may be called like a table of ours
        self.assertIn("give another one", self.hopwire(*beside, status=2).stderr)


@support.needs_root
@unittest.skipUnless(browser.is_there(), "needs chromium")
class BrowserTest(support.HopwireTestCase):
    WIDTH, BAND = 320, 180  # of each plot in the picture

    def test_a_browser_draws_every_plot_and_asks_for_nothing(self):
        options = ("--rate", "20k", "--max-ttl", "8")
        survey = self.survey("--sim=realism=internet", *options, "16.0.0.0/13", "2400:cb00::/44")
        page = self.directory / "report.html"
        self.hopwire("report", "--output", page, survey.results)
        text = page.read_text()
        plots = SVG.findall(text)
        self.assertEqual(len(plots), 1 + 9 + 2, "the ledger, figures, maps")
        console, picture = self.show(self.only_plots(text, plots), len(plots))
        self.assertEqual(console, [])
        for number in range(len(plots)):
            coloured = picture.coloured(number * self.BAND, (number + 1) * self.BAND)
            self.assertGreater(coloured, 8, plots[number][:200])

    def only_plots(self, text, plots):
        """The same page with only its plots, each at a fixed place."""
        style = f"<style>.band{{height:{self.BAND}px;overflow:hidden}}body{{margin:0;padding:0}}</style></head>"
        head = text[: text.index("</head>")] + style
        bands = "".join(f'<div class="band">{plot}</div>' for plot in plots)
        return f"{head}<body>{bands}</body></html>"

    def show(self, text, count):
        page = self.directory / "plots.html"
        page.write_text(text)
        timeout = support.RUN_SECONDS * support.slowness()
        return browser.show(page, self.directory / "plots.png", self.WIDTH, count * self.BAND, timeout)
