# SPDX-License-Identifier: GPL-2.0-or-later
"""A Slurm cluster of one node in a directory: slurmctld, slurmd and munged, without systemd, as root."""

import contextlib
import os
import random
import pathlib
import shutil
import signal
import socket
import subprocess
import time

PROGRAMS = ("munged", "sbatch", "scontrol", "sinfo", "slurmctld", "slurmd", "squeue")
START_SECONDS = 60
STOP_SECONDS = 20

CONFIGURATION = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# A job that is requeued waits until its credential has run out, two minutes as a rule.
AuthInfo=socket={directory}/munge.socket,cred_expire=5
CredType=cred/munge
SlurmctldPort={ctld_port}
SlurmdPort={slurmd_port}
StateSaveLocation={directory}/state
SlurmdSpoolDir={directory}/spool
SlurmctldPidFile={directory}/slurmctld.pid
SlurmdPidFile={directory}/slurmd.pid
SlurmctldLogFile={directory}/slurmctld.log
SlurmdLogFile={directory}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobRequeue=1
RequeueExit=75
ReturnToService=2
SlurmctldTimeout=10
SlurmdTimeout=30
InactiveLimit=0
KillWait=10
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1,default_queue_depth=100
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def is_reachable():
    """Whether the resolver regards IPv4 addresses as usable, as Slurm requires: not if loopback is the only device."""
    with contextlib.suppress(socket.gaierror):
        return bool(socket.getaddrinfo("127.0.0.1", None, socket.AF_INET, flags=socket.AI_ADDRCONFIG))
    return False


def missing():
    """Returns the names of the programs that are not installed."""
    programs = [program for program in PROGRAMS if not shutil.which(program)]
    return programs if is_reachable() else [*programs, "an IPv4 address of this host"]


def free_ports(count):
    """Ports that are not in use and that the kernel does not assign by itself: it may assign those above 32767 at any time."""
    found = []
    for port in random.sample(range(20000, 32000), 1000):
        with socket.socket() as listener:
            try:
                listener.bind(("0.0.0.0", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise RuntimeError("no free ports")


class Cluster:
    """Stops its daemons when it is closed; has a directory of its own, whose path is short enough for a socket."""

    def __init__(self, directory, cpus):
        self.directory = directory
        self.host = socket.gethostname().partition(".")[0]
        self.daemons = []
        self.environment = dict(os.environ, SLURM_CONF=str(directory / "slurm.conf"))
        ctld_port, slurmd_port = free_ports(2)
        values = {"directory": directory, "host": self.host, "cpus": cpus, "ctld_port": ctld_port, "slurmd_port": slurmd_port}
        for name in ("state", "spool"):
            (directory / name).mkdir(parents=True)
        (directory / "slurm.conf").write_text(CONFIGURATION.format(**values))
        directory.chmod(0o755)

    def start(self):
        key = self.directory / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        options = ("key-file=munge.key", "socket=munge.socket", "pid-file=munged.pid", "log-file=munged.log", "seed-file=munged.seed")
        paths = [f"--{name}={self.directory / file}" for name, file in (option.split("=") for option in options)]
        self.begin("munged", "--foreground", *paths)
        self.wait_for((self.directory / "munge.socket").exists)
        self.begin("slurmctld", "-D", "-c")
        self.begin("slurmd", "-D", "-c")
        self.wait_for(lambda: self.run("sinfo", "--noheader", "--format=%T").stdout.strip() == "idle")

    def begin(self, *command):
        with open(self.directory / f"{command[0]}.out", "w") as out:
            daemon = subprocess.Popen(command, env=self.environment, stdout=out, stderr=out, start_new_session=True)
        self.daemons.append(daemon)

    def wait_for(self, condition):
        deadline = time.monotonic() + START_SECONDS
        while not condition():
            ended = [daemon.args[0] for daemon in self.daemons if daemon.poll() is not None]
            if ended or time.monotonic() > deadline:
                raise RuntimeError(f"Slurm does not start; ended: {ended}\n{self.logs()}")
            time.sleep(0.1)

    def logs(self):
        return "\n".join(f"{path.name}: {path.read_text()[-2000:]}" for path in sorted(self.directory.glob("*.log")))

    def run(self, *command, **environment):
        return subprocess.run(command, env={**self.environment, **environment}, capture_output=True, text=True, timeout=60)

    def submit(self, *arguments, **environment):
        """Returns the number of the job."""
        done = self.run("sbatch", "--parsable", *map(str, arguments), **environment)
        if done.returncode:
            raise RuntimeError(done.stderr + self.logs())
        return done.stdout.strip()

    def control(self, *arguments):
        done = self.run("scontrol", *arguments)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    def states(self, job):
        """The state of each task that Slurm still has a record of, by its number."""
        lines = self.run("squeue", "--noheader", "--array", f"--jobs={job}", "--states=all", "--format=%K %T").stdout
        return dict(line.split() for line in lines.splitlines())

    def stragglers(self):
        """The processes that jobs left running: Slurm's monitors of jobs do not end with its daemons."""
        mark = f"SLURM_CONF={self.environment['SLURM_CONF']}".encode()
        for path in pathlib.Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):
                if mark in path.read_bytes().split(b"\0"):
                    yield int(path.parent.name)

    def close(self):
        # Those that were begun last first: slurmd takes its jobs along.
        for daemon in reversed(self.daemons):
            daemon.send_signal(signal.SIGTERM)
            try:
                daemon.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        for process in self.stragglers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
