"""Reads the same mutated bytes by the service and by h11, a strict HTTP/1.1 parser that is not ours, and compares what they make of them:
which requests, with which method, path, id and body, and where the bytes stop making sense. Where we are stricter a policy below must say so."""

import json
import random
import re
import socket
import sys
import time

import h11

from findings import Findings
from service import Lost, Replies, Service, closes, get, post, status

# Refusals of requests that are well-formed. A body behind one of these is not read, so that nothing about it can be compared.
ANSWERS = {200, 204, 401, 404, 405, 406, 415, 421, 422}

STEP = b'{"x_t":[1,2],"h_prev":[0.5],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"dh":[1]}'

# What we refuse and h11 does not: our own sentence, and what must then be in the bytes.
STRICTER = [
    ("a line ends with LF alone", rb"byte 0x0A|LF|without a version|CR", rb"(?<!\r)\n"),
    ("obs-fold", rb"folded|continu|begins with whitespace|white", rb"\n[ \t]"),
    ("a control character", rb"byte 0x", rb"[\x00-\x08\x0b-\x1f\x7f]"),
    ("a target that RFC 3986 does not allow", rb"request target", rb"."),
    ("a Host that is no host", rb"Host", rb"(?i)host:"),
    ("both framings", rb"both Content-Length and Transfer-Encoding", rb"(?is)content-length.*transfer-encoding|transfer-encoding.*content-length"),
    ("two Content-Length fields, or a list", rb"more than one Content-Length|Content-Length must be", rb"(?is)content-length:.*content-length:|content-length:[^\r]*,"),
    ("chunked in HTTP/1.0", rb"not defined for HTTP/1\.0", rb"HTTP/1\.0"),
    ("another version", rb"version must be", rb"HTTP/\d\.\d"),
    ("another expectation than 100-continue", rb"xpect", rb"(?i)expect:"),
    ("CONNECT", rb"CONNECT", rb"CONNECT "),
    ("a method of more than 32 bytes", rb"method is longer", rb"[^ \r\n]{33} "),
    ("the grammar of chunk extensions", rb"extension|chunk's size line", rb";"),
    ("framing among the trailers", rb"among the trailers", rb"(?i)content-length|transfer-encoding"),
    ("whitespace behind a chunk size", rb"chunk", rb"(?m)^[0-9a-fA-F]+[ \t]"),
    ("a chunk or a body above the limit", rb"larger than", rb"(?i)[0-9a-f]{8}"),
]

SEEDS = [
    get("/health"),
    get("/health?a=b&c", b"Accept: */*", b"Connection: keep-alive"),
    get("/ready") + get("/health", b"X: y z"),
    b"HTTP/1.1".join([b"GET http://example.org:80/health ", b"\r\nHost: example.org\r\nX-Request-Id: absolute\r\n\r\n"]),
    b"OPTIONS * HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n" + get("/%68ealth"),
    b"GET /health HTTP/1.0\r\n\r\n",
    b"GET /health HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\nGET /health HTTP/1.0\r\n\r\n",
    b"GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + get("/ready"),
    b"GET /health HTTP/1.1\r\nhost:a\r\ntransfer-encoding:chunked\r\n\r\n5\r\nhello\r\n00a;x=\"y\";z\r\n0123456789\r\n0\r\nt: u\r\n\r\n" + get("/ready"),
    b"POST /backward HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1f\r\n" + STEP[:31] + b"\r\n%x\r\n" % len(STEP[31:]) + STEP[31:]
    + b"\r\n0\r\n\r\n" + get("/health", b"X-Request-Id: behind"),
    post("/backward", STEP, b"X-Request-Id: a_b.C-1") + get("/health"),
    b"GET /health HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: x, close\r\n\r\n" + get("/health"),
    b"POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" + get("/health"),
    b"PUT /health HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n" + get("/ready"),
    b"\r\nGET /health HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nX-A: \t2 \t\r\nX-B:\r\n\r\n",
]

WORDS = [
    b"\r", b"\n", b"\r\n", b" ", b"\t", b":", b",", b";", b"=", b"\"", b"\\", b"\x00", b"\x0b", b"\x0c", b"\x1c", b"\x7f", b"\x80", b"\xc2\xa0", b"\xff",
    b"0", b"00", b"+5", b"-1", b"0x5", b"5 ", b"5, 5", b"99999999999999999999", b"ffffffffffffffff", b"10000000000000005", b"0\r\n\r\n", b"\r\n\r\n",
    b"Content-Length: 5\r\n", b"Content-Length: 0\r\n", b"Content-Length: \r\n", b"Content-Length : 5\r\n", b" Content-Length: 5\r\n",
    b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: identity\r\n", b"Transfer-Encoding:\x0bchunked\r\n", b"Transfer_Encoding: chunked\r\n",
    b"chunked", b", chunked", b"Chunked", b"chunked;q=1", b"Host: b\r\n", b"Connection: close\r\n", b"Connection: keep-alive\r\n",
    b"HTTP/1.0", b"HTTP/1.1", b"HTTP/2.0", b"http/1.1", b"HTTP/1.10", b"GET", b"HEAD", b"CONNECT", b"/", b"*", b"?", b"#", b"%", b"%2f", b"http://",
    b"https://a", b"user@", b"Expect: 100-continue\r\n", b"Upgrade: h2c\r\nConnection: Upgrade\r\n", get("/health"), b"X" * 40, b";a=b", b";\n", b"5;x\r\nhello\r\n",
]


def mutate(choose, seed):
    """One to four changes."""
    data = bytearray(seed)
    for _ in range(choose.choice([1, 1, 1, 2, 2, 3, 4])):
        at = choose.randrange(len(data) + 1)
        end = min(len(data), at + choose.choice([1, 1, 2, 4, 16]))
        match choose.randrange(7):
            case 0: data[at:end] = b""
            case 1: data[at:at] = choose.choice(WORDS)
            case 2: data[at:end] = choose.choice(WORDS)
            case 3: data[at:at] = data[at:end]
            case 4: data[at:at + 1] = bytes([choose.randrange(256)])
            case 5:
                # At the beginning of a line, where most of what confuses parsers stands.
                lines = [match.end() for match in re.finditer(rb"\n", data)] or [0]
                at = choose.choice(lines)
                data[at:at] = choose.choice(WORDS)
            case 6: data[at + 1:] = b""
    return bytes(data) or seed


def read_by_h11(data):
    """The requests, each as (method, target, fields, body, whether its body came to its end), and how it ended: "refused" at a fault,
    "closed" where the connection ends with the last request, "open" at the end of the bytes.

    Each request is read by itself, so that we can go on where h11 would not but should: behind one empty line (RFC 9112 section 2.2), and on
    a connection that HTTP/1.0 asks to keep."""
    requests = []
    while True:
        data = data.removeprefix(b"\r\n")
        if data in (b"", b"\r"):
            return requests, "open"
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 20)
        connection.receive_data(data)
        method, target, fields, body = b"", b"", [], b""
        try:
            while not isinstance(event := connection.next_event(), h11.EndOfMessage):
                if event is h11.NEED_DATA:
                    return requests + ([(method, target, fields, body, False)] if method else []), "open"
                if isinstance(event, h11.Request):
                    method, target, fields, version = event.method, event.target, list(event.headers), event.http_version
                else:
                    body += event.data
        except h11.RemoteProtocolError:
            return requests + ([(method, target, fields, body, False)] if method else []), "refused"
        requests.append((method, target, fields, body, True))
        options = {option.strip(b" \t") for name, value in fields if name == b"connection" for option in value.lower().split(b",")}
        if b"close" in options or version == b"1.0" and b"keep-alive" not in options:
            return requests, "closed"
        data, _ = connection.trailing_data


def read_by_service(service, data):
    """The replies, each with its line of the log."""
    with service.connect(10) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while piece := connection.recv(1 << 16):
            received += piece
    replies = []
    while received:
        head, _, received = received.partition(b"\r\n\r\n")
        if status(head) == 100:
            continue
        length = re.search(rb"\r\nContent-Length: (\d+)", head)
        body = b""
        # A reply to HEAD says the length of the content that it leaves out.
        if length and not received.startswith(b"HTTP/1.1 "):
            body, received = received[:int(length[1])], received[int(length[1]):]
        replies.append((head, body, json.loads(service.log.get(timeout=10))))
    return replies


def normalized_path(target):
    target = re.sub(rb"(?i)^https?://[^/?]*", b"", target).split(b"?")[0] or b"/"
    unreserved = lambda match: chr(int(match[1], 16)).encode("latin-1") if re.match(rb"[A-Za-z0-9._~-]", bytes([int(match[1], 16)])) else match[0]
    return re.sub(rb"%([0-9A-Fa-f]{2})", unreserved, target)


class Differential(Findings):
    def __init__(self, service):
        super().__init__()
        self.service = service
        self.plain = {}

    def compare(self, data):
        theirs, their_end = read_by_h11(data)
        difference = self.difference(data, read_by_service(self.service, data), theirs, their_end)
        if difference:
            self.differences.append((difference, data))

    def difference(self, data, ours, theirs, their_end):
        """None, or what differs."""
        for index, (head, body, log) in enumerate(ours):
            code = status(head)
            # A request that was not understood has no method in the log; of one whose body was not, the status tells.
            if "method" not in log or code not in ANSWERS and not (code == 400 and b'"position"' in body):
                if index >= len(theirs) and their_end == "refused" or index < len(theirs) and not theirs[index][4] and their_end == "refused":
                    self.agreed["both refuse"] += 1
                    return None
                if their_end == "open" and read_by_h11(data + b"\r\n\r\n")[1] == "refused":
                    self.agreed["both refuse, we before the end of the head"] += 1
                    return None
                return self.explain(data, body)
            if index >= len(theirs):
                if their_end == "closed":
                    return "we go on behind the last request"
                return f"we take what h11 refuses: {code} {log}"
            method, target, fields, content, is_whole = theirs[index]
            if (log["method"].encode(), log["path"].encode()) != (method, normalized_path(target)):
                return f"{method} {target} is {log['method']} {log['path']} for us"
            ids = [value for name, value in fields if name == b"x-request-id"]
            if len(ids) == 1 and re.fullmatch(rb"[A-Za-z0-9._-]{1,128}", ids[0]) and log["id"].encode() != ids[0]:
                return f"the id {ids[0]} is {log['id']} for us"
            if closes(head) and code in ANSWERS - {200, 204}:
                self.agreed["a request refused by its head"] += 1
                return None
            if not is_whole:
                return f"we take a body that h11 {'refuses' if their_end == 'refused' else 'waits for'}: {code} {log}"
            if log["in"] != len(content):
                return f"a body of {len(content)} bytes has {log['in']} for us"
            if method == b"POST" and log["path"] == "/backward" and code in (200, 400, 422) and body != self.answer(content, fields):
                return f"the body {content[:200]} is another one for us: {body[:200]}"
            self.agreed["the same request"] += 1
            if closes(head):
                return None
        if len(ours) < len(theirs) and theirs[len(ours)][4]:
            return f"no reply to {theirs[len(ours)][:2]}"
        if their_end == "refused":
            return "we wait for the rest of what h11 refuses"
        self.agreed["the same end"] += 1
        return None

    def explain(self, data, body):
        for name, sentence, pattern in STRICTER:
            if re.search(sentence, body) and re.search(pattern, data):
                self.explained[name] += 1
                return None
        return f"we refuse what h11 takes: {body}"

    def answer(self, content, fields):
        """What the service answers when the same body comes in the plainest way."""
        fields = [name + b": " + value for name, value in fields if name in (b"accept", b"content-encoding", b"content-type")]
        key = (content, *fields)
        if key not in self.plain:
            self.plain[key] = self.service.ask(post("/backward", content, *fields))[1]
            self.service.log.get(timeout=10)
        return self.plain[key]


def main(program, count, seed):
    choose = random.Random(seed)
    begin = time.monotonic()
    with Service(program, "--log-level", "info", "--log-format", "json") as service:
        differential = Differential(service)
        for data in SEEDS:
            differential.compare(data)
        for _ in range(count):
            differential.compare(mutate(choose, choose.choice(SEEDS)))
    return differential.report(
        f"{count} inputs from seed {seed} in {time.monotonic() - begin:.0f} s by h11 {h11.__version__}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
