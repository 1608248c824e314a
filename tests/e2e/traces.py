# SPDX-License-Identifier: GPL-2.0-or-later
"""Reading what `hopwire trace -n` prints."""

import re
import typing

ADDRESS = r"[\da-f:]*:[\da-f:.]*|[\d.]+"
HEADER = re.compile(rf"traceroute to (\S+) \(({ADDRESS})\), (\d+) hops max, (\d+) byte packets(?:, flow (\d+))?")
HOP = re.compile(r"([ \d]\d) ((?: \S.*)?)")
TOKEN = re.compile(rf"\*|\[[^\]]*\]|<[^>]*>|'-\d+'|!\S+|[\d.]+ ms|{ADDRESS}")


class Answer(typing.NamedTuple):
    responder: str
    ms: float
    notes: tuple  # what stands around the time: labels, hints, annotations


class Path(typing.NamedTuple):
    name: str
    target: str
    max_ttl: int
    size: int
    flow: typing.Optional[int]
    hops: dict  # by TTL: a list of answers, None for a star

    @property
    def responders(self):
        """Who answered first at each TTL; None for silent hops."""
        return [next((answer.responder for answer in hop if answer), None) for hop in self.hops.values()]

    @property
    def notes(self):
        """The notes at each TTL about any answer."""
        return [[note for answer in hop if answer for note in answer.notes] for hop in self.hops.values()]


def parse_hop(text):
    answers, responder, notes = [], None, []
    for token in TOKEN.findall(text):
        if token == "*":
            answers.append(None)
        elif token.endswith(" ms"):
            answers.append(Answer(responder, float(token[:-3]), tuple(notes)))
        elif token[0] == "!":
            answers[-1] = answers[-1]._replace(notes=(*answers[-1].notes, token))
        elif token[0] in "[<'":
            notes.append(token)
        else:
            responder, notes = token, []
    return answers


def parse(text):
    """Returns the paths that were printed; raises an error at a line that does not belong to a path."""
    paths = []
    for line in text.splitlines():
        header, hop = HEADER.fullmatch(line), HOP.fullmatch(line)
        if header:
            name, target, max_ttl, size, flow = header.groups()
            paths.append(Path(name, target, int(max_ttl), int(size), None if flow is None else int(flow), {}))
        elif hop:
            paths[-1].hops[int(hop.group(1))] = parse_hop(hop.group(2))
        elif not line.endswith(" was not probed"):
            raise ValueError(f"no line of a trace: {line!r}")
    return paths
