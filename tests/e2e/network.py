# SPDX-License-Identifier: GPL-2.0-or-later
"""Network namespaces with real Linux routers, captures in them, and what they leave behind."""

import concurrent.futures
import ctypes
import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

CLONE_NEWNET = 0x40000000
COMMAND_SECONDS = 30  # for ip, ping and the like: far above what they take, below a test's own limit
REACH_SECONDS = 30


def run(*command, **options):
    """Runs a command to its end."""
    options = {"timeout": COMMAND_SECONDS, **options}
    return subprocess.run(command, capture_output=True, text=True, **options)


def call(*command, statuses=(0,), **options):
    """Runs a command to its end and returns what it printed; raises an error if its exit status is none of `statuses`."""
    done = run(*command, **options)
    if done.returncode not in statuses:
        raise RuntimeError(f"{command} ended with status {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def call_inside(namespace, work):
    """Calls work() in a thread that enters the named namespace and ends afterwards: much cheaper than a process."""

    def enter():
        with open(f"/run/netns/{namespace}", "rb") as file:
            if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), f"setns to {namespace}")
        return work()

    with concurrent.futures.ThreadPoolExecutor(1) as executor:
        return executor.submit(enter).result()


class Namespace:
    """A network namespace with a name of its own; remove() takes it away.

    Names are looked up at its own port 53, where no server listens: a name that does not resolve fails at once. It answers
    every probe; by default Linux answers six at once and then one per second.
    """

    _serial = itertools.count()
    _files = pathlib.Path("/etc/netns")  # ip netns exec shows what is there instead of files in /etc

    def __init__(self, role):
        self.name = f"hopwire-{os.getpid()}-{next(self._serial)}-{role}"
        call("ip", "netns", "add", self.name)
        files = self._files / self.name
        files.mkdir(parents=True)
        (files / "resolv.conf").write_text("nameserver 127.0.0.1\n")
        # Before there are devices, since they copy what stands here.
        self.sysctl("ipv4.conf.default.rp_filter", 0)
        self.sysctl("ipv4.conf.all.rp_filter", 0)
        self.sysctl("ipv6.conf.default.disable_ipv6", 1)
        # The mask lifts the limit a peer and the one a host.
        self.sysctl("ipv4.icmp_ratemask", 0)
        self.sysctl("ipv6.icmp.ratelimit", 0)
        self.ip("link set lo up")

    def remove(self):
        shutil.rmtree(self._files / self.name, ignore_errors=True)
        call("ip", "netns", "delete", self.name)

    def command(self, *command):
        """The command line that runs `command` inside."""
        return ["ip", "netns", "exec", self.name, *map(str, command)]

    def call(self, *command, **options):
        return call(*self.command(*command), **options)

    def reach(self, address):
        """Pings until an answer comes, because a device that was just switched on may lose the first packets.
        ping itself ends when a router tells that its neighbour did not answer in time."""
        deadline = time.monotonic() + REACH_SECONDS
        while True:
            done = run(*self.command("ping", "-c", 1, "-W", 1, address))
            if done.returncode == 0:
                return
            if time.monotonic() >= deadline:
                raise RuntimeError(f"{address} does not answer: {done.stdout}{done.stderr}")
            time.sleep(0.1)

    def ip(self, *lines):
        """Runs lines of ip(8), in one process."""
        call("ip", "-n", self.name, "-batch", "-", input="\n".join(lines) + "\n")

    def sysctl(self, name, value):
        path = pathlib.Path("/proc/sys/net", name.replace(".", "/"))
        # A kernel without IPv6 has nothing to switch off.
        call_inside(self.name, lambda: path.exists() and path.write_text(str(value)))

    def switch_on_ipv6(self):
        """Called before there are devices. Their addresses can be used at once, without duplicate address detection."""
        self.sysctl("ipv6.conf.all.disable_ipv6", 0)
        for name, value in (("disable_ipv6", 0), ("accept_dad", 0), ("accept_ra", 0)):
            self.sysctl(f"ipv6.conf.default.{name}", value)

    def names(self, *lines):
        """Lines of /etc/hosts for commands that run inside."""
        text = "".join(line + "\n" for line in ("127.0.0.1 localhost", *lines))
        (self._files / self.name / "hosts").write_text(text)

    def mac(self, interface):
        return json.loads(self.call("ip", "-json", "link", "show", interface))[0]["address"]


class RouterChain:
    """host -- router 1 -- … -- router N -- target, each a namespace with the kernel's own forwarding and ICMP.

    Link i (from 0) is 44.0.i.0/24: .1 towards the host, .2 towards the target. A router reports errors from
    its address on the host's side, so `hops` is what a traceroute must see. The target answers for every
    address of `target_prefix`; anything else is unreachable. The addresses are not special-purpose, so that
    surveys need no option to probe them; they exist only in these namespaces.

    With `ipv6` all have both families: link i is also 2600:44:0:i::/64, and `hops6`, `target6` and `target_prefix6`
    correspond to those of IPv4. The host's gateway is then a link-local address, which all routers have towards the host.

    A router's interfaces are `near` (the host) and `far`. Capture probes at `near` of the first router:
    frames that bypass the queueing discipline are invisible to captures on the interface that sends them.
    """

    target_prefix = "44.1.0.0/16"
    target = "44.1.0.1"
    host_interface = "uplink"
    gateway_interface = "near"  # of the first router, towards the host
    host_address = "44.0.0.1"
    gateway = "44.0.0.2"

    target_prefix6 = "2600:44:1::/48"
    target6 = "2600:44:1::1"
    host_address6 = "2600:44::1"
    gateway6 = "fe80::2"

    def __init__(self, length, ipv6=False):
        self._namespaces = []
        self._ipv6 = ipv6
        self.hops = [f"44.0.{link}.2" for link in range(length)]
        self.hops6 = ["2600:44::2", *(f"2600:44:0:{link}::2" for link in range(1, length))][:length]
        try:
            self._build(length)
            self.wait_until_up()
        except BaseException:
            self.remove()
            raise

    def _build(self, length):
        self.host = self._add("host")
        self.routers = [self._add(f"router{i + 1}") for i in range(length)]
        self.target_namespace = self._add("target")
        for router in self.routers:
            router.sysctl("ipv4.ip_forward", 1)
        for number, namespace in enumerate(self._namespaces):
            namespace.ip(*self._links(number), *self._routes(number))
        if self._ipv6:
            for router in self.routers:
                router.sysctl("ipv6.conf.all.forwarding", 1)
            for number, namespace in enumerate(self._namespaces):
                namespace.ip(*self._addresses6(number), *self._routes6(number))

    def _links(self, number):
        """The lines of ip(8) for the namespace with that number, counted from 0."""
        before = self._link_before(number) if number > 0 else ()
        behind = self._link_behind(number) if number <= len(self.routers) else ()
        return (*before, *behind)

    def _link_before(self, number):
        """The link to the namespace before this one. Its nearer end was made with that namespace."""
        return (f"address add 44.0.{number - 1}.2/24 dev near", "link set near up")

    def _link_behind(self, number):
        # As many RX queues as the peer has TX queues: XDP does not attach to a veth otherwise.
        queues, peer = "numtxqueues 1 numrxqueues 1", self._namespaces[number + 1].name
        return (
            f"link add {self._far(number)} {queues} type veth peer name near {queues} netns {peer}",
            f"address add 44.0.{number}.1/24 dev {self._far(number)}", f"link set {self._far(number)} up",
        )  # fmt: skip

    def _routes(self, number):
        if number == 0:
            yield f"route add default via {self.gateway}"
        elif number <= len(self.routers):
            if number > 1:
                yield f"route add 44.0.0.0/16 via 44.0.{number - 1}.1"
            yield f"route add {self.target_prefix} via 44.0.{number}.2"
        else:
            yield from (f"route add 44.0.0.0/16 via 44.0.{number - 1}.1", f"route add local {self.target_prefix} dev lo")

    def _addresses6(self, number):
        if number > 0:
            yield from (f"address add {address}/64 dev near nodad" for address in (f"2600:44:0:{number - 1}::2", self.gateway6))
        if number <= len(self.routers):
            yield f"address add 2600:44:0:{number}::1/64 dev {self._far(number)} nodad"

    def _routes6(self, number):
        if number == 0:
            yield f"route add default via {self.gateway6} dev {self.host_interface}"
        elif number <= len(self.routers):
            if number > 1:
                yield f"route add 2600:44::/48 via 2600:44:0:{number - 1}::1"
            yield f"route add {self.target_prefix6} via 2600:44:0:{number}::2"
        else:
            yield from (
                f"route add 2600:44::/48 via 2600:44:0:{number - 1}::1",
                f"route add local {self.target_prefix6} dev lo", f"address add {self.target6}/128 dev lo",
            )  # fmt: skip

    def _far(self, number):
        return "far" if number > 0 else self.host_interface

    def wait_until_up(self):
        """Afterwards every neighbour on the way is known."""
        for target in (self.target, self.target6)[: 1 + self._ipv6]:
            self.host.reach(target)

    def _add(self, role):
        self._namespaces.append(Namespace(role))
        if self._ipv6:
            self._namespaces[-1].switch_on_ipv6()
        return self._namespaces[-1]

    def remove(self):
        while self._namespaces:
            self._namespaces.pop().remove()


class TwoUplinks:
    """A host between two routers, which are joined too:

        host  up1 44.0.1.1 -- 44.0.1.2  left, which answers for 44.1.0.0/16 and 44.3.0.0/16
              up2 44.0.2.1 -- 44.0.2.2  right, which answers for 44.2.0.0/16 and 44.3.0.0/16
        left  side 44.0.3.1 -- 44.0.3.2 side  right

    Both have `near` towards the host, whose only routes lead to its neighbours. Each router reaches the
    other's link with the host over the link between the routers.
    """

    gateways = {"left": "44.0.1.2", "right": "44.0.2.2"}

    def __init__(self):
        self._namespaces = []
        try:
            self.host, self.left, self.right = map(self._add, ("host", "left", "right"))
            self._connect(self.host, "up1", self.left, "near", "44.0.1")
            self._connect(self.host, "up2", self.right, "near", "44.0.2")
            self._connect(self.left, "side", self.right, "side", "44.0.3")
            for router, own, other, neighbour in (
                (self.left, "44.1.0.0/16", "44.0.2.0/24", "44.0.3.2"),
                (self.right, "44.2.0.0/16", "44.0.1.0/24", "44.0.3.1"),
            ):
                router.sysctl("ipv4.ip_forward", 1)
                router.ip(
                    f"route add local {own} dev lo", "route add local 44.3.0.0/16 dev lo",
                    f"route add {other} via {neighbour}",
                )  # fmt: skip
            for gateway in self.gateways.values():
                self.host.reach(gateway)
            self.left.reach("44.0.3.2")
        except BaseException:
            self.remove()
            raise

    def _add(self, role):
        self._namespaces.append(Namespace(role))
        return self._namespaces[-1]

    @staticmethod
    def _connect(one, device, other, far, network):
        queues = "numtxqueues 1 numrxqueues 1"
        one.ip(
            f"link add {device} {queues} type veth peer name {far} {queues} netns {other.name}",
            f"address add {network}.1/24 dev {device}", f"link set {device} up",
        )  # fmt: skip
        other.ip(f"address add {network}.2/24 dev {far}", f"link set {far} up")

    def remove(self):
        while self._namespaces:
            self._namespaces.pop().remove()


class Capture:
    """tcpdump on an interface, from the constructor's return to stop(), into the file `path`."""

    _counts = re.compile(r"(\d+) packets? captured, (\d+) packets? received by filter, (\d+) packets? dropped")

    def __init__(self, namespace, interface, path, expression=""):
        self.path = path
        command = ["tcpdump", "-n", "-U", "--immediate-mode", "-B", 65536, "-i", interface, "-w", path]
        # A packet takes room for the longest in the buffer: without -s it holds no more than 256 of them.
        command += ["-s", 1024]
        command += ["-Z", "root"]  # it cannot write everywhere once it has given up its privilege
        self._process = subprocess.Popen(
            namespace.command(*command, expression), stderr=subprocess.PIPE, text=True
        )
        self._read_until("listening on")

    def stop(self):
        """Waits until all captured packets are in the file; returns how many packets the kernel dropped."""
        dropped = 0
        while self._process.poll() is None:
            self._process.send_signal(signal.SIGUSR1)  # tells the counts
            captured, received, dropped = map(int, self._counts.search(self._read_until("captured")).groups())
            if captured + dropped >= received:
                self.end()
        return dropped

    def end(self):
        """Ends the capture at once; may be called repeatedly."""
        self._process.terminate()
        self._process.communicate(timeout=COMMAND_SECONDS)

    def _read_until(self, wanted):
        for line in self._process.stderr:
            if wanted in line:
                return line
        raise RuntimeError(f"tcpdump ended with status {self._process.wait()}")


def tshark(path, *fields, display_filter=""):
    """Returns a tuple of the values of `fields` for each packet that passes `display_filter`."""
    command = ["tshark", "-n", "-r", str(path), "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"]
    command += ["-o", "tcp.check_checksum:TRUE"]
    # Payloads are no protocol; some random port or zeros would be taken for one.
    command += ["-d", "udp.port==1024-65535,data"]
    command += ["-Y", display_filter, "-T", "fields"]
    for field in fields:
        command += ["-e", field]
    return [tuple(line.split("\t")) for line in call(*command, timeout=COMMAND_SECONDS).splitlines()]


def named_namespaces():
    """The inodes of the namespaces that have a name."""
    return {path.stat().st_ino for path in pathlib.Path("/run/netns").glob("*")}


def namespaces_of(process="[0-9]*"):
    """The inodes of the namespaces that a process is in or holds; of all processes by default."""
    found = set()
    for pattern in ("ns/net", "task/[0-9]*/ns/net", "fd/*"):
        for entry in pathlib.Path("/proc").glob(f"{process}/{pattern}"):
            try:
                match = re.fullmatch(r"net:\[(\d+)\]", os.readlink(entry))
            except OSError:  # it has ended, or it is a kernel thread
                continue
            if match:
                found.add(int(match.group(1)))
    return found


def bpf_objects_of(process):
    """The BPF programs and links that a process holds, or all processes ("[0-9]*"), as ("prog", id) and ("link", id)."""
    found = set()
    for entry in pathlib.Path("/proc").glob(f"{process}/fdinfo/*"):
        try:
            found.update(re.findall(r"(?m)^(prog|link)_id:\s+(\d+)$", entry.read_text()))
        except OSError:  # closed meanwhile
            continue
    return found


def children_of(process):
    found = set()
    for entry in pathlib.Path(f"/proc/{process}/task").glob("*/children"):
        found.update(entry.read_text().split())
    return found


class Holdings:
    """What a running process holds and no other process does: none of it may remain when the process ends."""

    def __init__(self, process):
        others = [entry.name for entry in pathlib.Path("/proc").glob("[0-9]*") if entry.name != str(process)]
        self.namespaces = namespaces_of(process) - named_namespaces() - set().union(*map(namespaces_of, others))
        self.bpf_objects = bpf_objects_of(process)
        self.processes = {str(process)} | children_of(process)

    def left(self):
        """Returns which of these still exist."""
        return {
            *(f"net:[{inode}]" for inode in self.namespaces & (namespaces_of() | named_namespaces())),
            *(" ".join(entry) for entry in self.bpf_objects if self._exists(*entry)),
            *(f"process {process}" for process in self.processes if pathlib.Path("/proc", process).exists()),
        }

    @staticmethod
    def _exists(kind, number):
        return run("bpftool", kind, "show", "id", number).returncode == 0
