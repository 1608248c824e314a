# SPDX-License-Identifier: GPL-2.0-or-later
"""A survey on a cluster by scripts/slurm/survey.sbatch: with the real Slurm, in the simulated Internet."""

import json
import pathlib
import tempfile
import unittest

import slurm
import support

SCRIPT = support.ROOT / "scripts" / "slurm" / "survey.sbatch"
SHARDS = 8
CPUS = 2
PROBES = 1024 * 32
RATE = 2000  # two seconds a shard
SURVEY = ("--seed", "7", "--sim=realism=ideal,rtt=off", "--rate", RATE, "--cooldown", "500ms", "16.0.0.0/14")


def without_times(records):
    """What was found, regardless of how often."""
    return {(r.responder, r.target, r.flow, r.probe_ttl, r.quoted_ttl, r.icmp_type, r.icmp_code) for r in records}


@support.alone
@support.needs_root
@unittest.skipIf(slurm.missing(), f"Slurm is not here: {', '.join(slurm.missing())}")
class SlurmTest(support.HopwireTestCase):
    def setUp(self):
        super().setUp()
        directory = tempfile.TemporaryDirectory(prefix="hopwire-slurm-")  # a socket's path is short
        self.addCleanup(directory.cleanup)
        self.cluster = slurm.Cluster(pathlib.Path(directory.name), CPUS)
        self.addCleanup(self.cluster.close)
        self.cluster.start()
        self.results = self.directory / "shards"

    def shard(self, number):
        return self.results / f"shard-{number}.csv"

    def wait_until_some_run(self, job, tasks):
        """Waits until each of these has records and is still sending."""

        def run():
            states = self.cluster.states(job)
            return all(
                states.get(str(task)) == "RUNNING" and self.shard(task).exists() and self.shard(task).stat().st_size > 4096
                for task in tasks
            )

        support.wait_until(run, f"tasks {tasks} run: {self.cluster.states(job)}")

    def running(self, job):
        return [int(task) for task, state in self.cluster.states(job).items() if state == "RUNNING"]

    def wait_for_a_running_task(self, job, after):
        found = []

        def some():
            found[:] = [task for task in self.running(job) if task > after]
            return found

        support.wait_until(some, f"a task after {after} runs: {self.cluster.states(job)}")
        self.wait_until_some_run(job, found[:1])
        return found[0]

    def set_node_down_and_up(self, job):
        """All tasks that run on the node are lost and run again. Returns which tasks these were."""
        self.wait_until_some_run(job, range(CPUS))
        node = f"NodeName={self.cluster.host}"
        self.cluster.control("update", node, "State=DOWN", "Reason=test")
        support.wait_until(lambda: not self.running(job), "its tasks are gone")
        # It may be back by itself, and what is not down cannot be resumed.
        self.cluster.run("scontrol", "update", node, "State=RESUME")
        return list(range(CPUS))

    def requeue_one(self, job):
        task = self.wait_for_a_running_task(job, CPUS - 1)
        self.cluster.control("requeue", f"{job}_{task}")
        return task

    def wait_for_the_end(self, job):
        def ended():
            states = self.cluster.states(job)
            self.assertLessEqual(set(states.values()), {"PENDING", "RUNNING", "COMPLETING", "COMPLETED", "CONFIGURING"}, self.log(job))
            return set(states.values()) <= {"COMPLETED"}

        support.wait_until(ended, f"the array ends: {self.cluster.states(job)}\n{self.log(job)}", seconds=150)

    def log(self, job):
        return "".join(path.read_text()[-500:] for path in sorted(self.directory.glob(f"hopwire-{job}_*.log")))

    def assert_went_on(self, tasks):
        for task in tasks:
            metadata = support.read_metadata(self.shard(task))
            self.assertGreaterEqual(metadata["resumed"], 1, f"shard {task}")

    def merged(self):
        out = self.directory / "all.csv"
        self.hopwire("merge", "--quiet", "--output", out, *(self.shard(number) for number in range(SHARDS)))
        return out

    def assert_ledger_is_the_sum(self, ledger):
        parts = [support.read_metadata(self.shard(number))["ledger"] for number in range(SHARDS)]
        for name in ("generated", "sent", "received", "accepted", "written"):
            self.assertEqual(ledger[name], sum(part[name] for part in parts), name)
        self.assertGreaterEqual(ledger["generated"], PROBES)

    @support.time_limit(240)
    def test_shards_that_were_stopped_and_lost_make_what_one_undisturbed_survey_finds(self):
        arguments = (f"--array=0-{SHARDS - 1}", "--chdir", self.directory, SCRIPT, self.results, *SURVEY)
        job = self.cluster.submit(*arguments, HOPWIRE=str(support.BINARY))
        lost = self.set_node_down_and_up(job)
        requeued = self.requeue_one(job)
        self.wait_for_the_end(job)
        self.assert_went_on([*lost, requeued])
        merged = self.merged()
        alone = self.survey("--quiet", *SURVEY[2:3], "--rate", "20k", *SURVEY[-1:], seed=7)
        self.assertEqual(len(without_times(alone.records)), PROBES)
        self.assertEqual(without_times(support.read_csv(merged)), without_times(alone.records))
        self.assert_ledger_is_the_sum(json.loads(support.metadata_path(merged).read_text())["ledger"])

    def test_an_array_with_gaps_is_asked_how_many_shards_there_are(self):
        job = self.cluster.submit("--array=3", "--chdir", self.directory, SCRIPT, self.results, *SURVEY, HOPWIRE=str(support.BINARY))
        support.wait_until(lambda: "SHARDS=N" in self.log(job), "it refuses", seconds=60)


if __name__ == "__main__":
    unittest.main()
