"""Good clients among bad ones: for a while both ask the same service, and every good reply must be, byte for byte, what it is in peace.

Afterwards memory and descriptors must be back where they were. Over TLS both speak TLS, and there are bad clients more that don't get that far."""

import gzip
import multiprocessing
import random
import socket
import sys
import tempfile
import threading
import time
from collections import Counter

from service import Lost, Replies, Service, TLSService, chunked, closes, get, post, status
from tls_attacks import TLS_ATTACKS, reset

STEP = b'{"x_t":[1,2],"h_prev":[0.5],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"dh":[1]}'
NUMBERS = b",".join(b"[%.17g]" % (i / 97) for i in range(300))
BATCH = b'{"x_t":[%b],"h_prev":[%b],"W_x":[[1]],"W_h":[[0.5]],"b":[0.1],"dh":[%b]}' % (NUMBERS, NUMBERS, NUMBERS)
SEQUENCE = b'{"x":[[[1]]%b],"h_0":[[0]],"W_x":[[1]],"W_h":[[1]],"b":[0],"dh":[[[1]]%b],"layout":"time-first"}' % ((b",[[1]]" * 50000,) * 2)

GOOD = [
    get("/health"),
    get("/ready"),
    get("/nowhere"),
    post("/backward", STEP),
    post("/backward", BATCH),
    chunked("/backward", BATCH, 1000),
    post("/backward", gzip.compress(BATCH), b"Content-Encoding: gzip"),
    post("/explain", STEP, b"Accept: text/markdown"),
    post("/backward", b'{"x_t":[1]}'),
    post("/jacobian/dense", b'{"x_t":[1,2],"h_prev":[0.5],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0]}'),
]

LONG = post("/backward/sequence", gzip.compress(SEQUENCE), b"Content-Encoding: gzip")
BOMB = post("/backward", gzip.compress(bytes(200 << 20), 9), b"Content-Encoding: gzip")


class Battle:
    def __init__(self, service, end):
        self.service = service
        self.attacks = ATTACKS + (TLS_ATTACKS if isinstance(service, TLSService) else [])
        self.end = end
        self.expected = {request: self.ask_in_peace(request) for request in GOOD}
        self.right = 0
        self.wrong = []
        self.times = []

    def ask_in_peace(self, request):
        head, body = self.service.ask(request)
        return status(head), body

    @property
    def is_on(self):
        return time.monotonic() < self.end

    def good_client(self, choose):
        while self.is_on:
            try:
                with self.service.connect() as connection:
                    replies = Replies(connection)
                    for _ in range(choose.randrange(1, 50)):
                        if not self.ask(choose, connection, replies):
                            break
            except (OSError, Lost) as error:
                self.wrong.append(repr(error))

    def ask(self, choose, connection, replies):
        """One to three requests, sent ahead, in pieces or at once; whether the connection stays."""
        requests = choose.choices(GOOD, k=choose.choice([1, 1, 1, 2, 3]))
        begin = time.monotonic()
        data = b"".join(requests)
        if choose.random() < 0.2:
            cut = choose.randrange(len(data))
            connection.sendall(data[:cut])
            data = data[cut:]
        connection.sendall(data)
        for request in requests:
            head, body = replies.next()
            if (status(head), body) == self.expected[request]:
                self.right += 1
            else:
                self.wrong.append((request[:100], head, body[:200]))
            if closes(head):
                return False
        self.times.append(time.monotonic() - begin)
        return self.is_on

    def bad_client(self, choose, attack, counts):
        connect = self.service.connect_without_tls if attack in TLS_ATTACKS else self.service.connect
        while self.is_on:
            try:
                with connect(6) as connection:
                    attack(self, choose, connection)
            except OSError:
                pass
            counts[attack.__name__] += 1
            time.sleep(0.03)

    def bad_clients(self, seed, results):
        """All of them, in a process of their own, so that they don't slow down the good ones otherwise than through the service."""
        counts = Counter()
        run([(self.bad_client, random.Random(f"{seed} {attack.__name__} {i}"), attack, counts) for attack in self.attacks for i in range(2)])
        results.put(counts)


def run(clients):
    """Each on a thread, until all have ended."""
    threads = [threading.Thread(target=client, args=arguments) for client, *arguments in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def drip(battle, connection, first, unit, pause, count):
    connection.sendall(first)
    for _ in range(count):
        if not battle.is_on:
            return
        connection.sendall(unit)
        time.sleep(pause)


def slow_head(battle, choose, connection):
    drip(battle, connection, b"GET / HTTP/1.1\r\n", b"a: b\r\n", 0.2, 25)


def slow_body(battle, choose, connection):
    drip(battle, connection, post("/backward", b" " * 9999)[:-9999], b" ", 0.1, 50)


def slow_chunks(battle, choose, connection):
    drip(battle, connection, chunked("/backward", STEP)[:-5], b"1\r\n \r\n", 0.1, 50)


def slow_reader(battle, choose, connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.sendall(LONG)
    for _ in range(30):
        connection.recv(1000)
        time.sleep(0.1)


def reset_in_request(battle, choose, connection):
    request = post("/backward", BATCH)
    connection.sendall(request[:choose.randrange(1, len(request))])
    reset(connection)


def reset_in_computation(battle, choose, connection):
    connection.sendall(LONG)
    reset(connection)


def reset_in_reply(battle, choose, connection):
    connection.sendall(LONG)
    connection.recv(1000)
    reset(connection)


def half_close(battle, choose, connection):
    connection.sendall(post("/backward", STEP)[:choose.randrange(20, 150)])
    connection.shutdown(socket.SHUT_WR)
    connection.recv(1000)


def garbage(battle, choose, connection):
    connection.sendall(choose.randbytes(3000))
    connection.recv(1000)


def tls_without_tls(battle, choose, connection):
    connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + choose.randbytes(500))
    connection.recv(1000)


def smuggler(battle, choose, connection):
    framing = choose.choice([b"Content-Length: 5\r\nTransfer-Encoding: chunked", b"Content-Length: 5\r\nContent-Length: 6", b"Transfer-Encoding: xchunked"])
    connection.sendall(b"POST /backward HTTP/1.1\r\nHost: x\r\n" + framing + b"\r\n\r\n0\r\n\r\n" + get("/health"))
    connection.recv(1000)


def bad_chunk(battle, choose, connection):
    connection.sendall(b"POST /backward HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + choose.choice([b"5\r\nhelloXX", b"fffffffffffffffff\r\n", b"-1\r\n", b"5\n"]))
    connection.recv(1000)


def huge_head(battle, choose, connection):
    connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"a: b\r\n" * 100_000)
    connection.recv(1000)


def bomb(battle, choose, connection):
    connection.sendall(BOMB)
    connection.recv(1000)


def deep_document(battle, choose, connection):
    connection.sendall(post("/backward", b"[" * 2_000_000))
    connection.recv(1000)


def promise(battle, choose, connection):
    connection.sendall(post("/backward", b"")[:-5] + b"99999999\r\n\r\n" + b" " * 100_000)
    time.sleep(1)


def large_jacobian(battle, choose, connection):
    rows = 2000
    connection.sendall(post("/jacobian/dense", b'{"x_t":[%b],"h_prev":[%b],"W_x":[],"W_h":[[1]],"b":[0]}'
                            % (b",".join([b"[]"] * rows), b",".join([b"[0]"] * rows))))
    connection.recv(1000)


def flood(battle, choose, connection):
    connection.settimeout(0.5)
    for _ in range(20):
        connection.sendall(get("/health") * 1000)


def connect_only(battle, choose, connection):
    for _ in range(20):
        battle.service.connect().close()


def idler(battle, choose, connection):
    time.sleep(4)


ATTACKS = [
    slow_head, slow_body, slow_chunks, slow_reader, reset_in_request, reset_in_computation, reset_in_reply, half_close, garbage, tls_without_tls,
    smuggler, bad_chunk, huge_head, bomb, deep_document, promise, large_jacobian, flood, connect_only, idler,
]


def settle(service, descriptors, seconds):
    """Waits until the descriptors are those of the beginning; whether they came to be."""
    end = time.monotonic() + seconds
    while service.descriptors > descriptors and time.monotonic() < end:
        time.sleep(0.1)
    return service.descriptors <= descriptors


def main(program, seconds, seed, transport):
    timeouts = ["--head-timeout", "2", "--transfer-timeout", "2", "--idle-timeout", "3"]
    with tempfile.TemporaryDirectory() as folder, (
            TLSService(program, folder, *timeouts) if transport == "tls" else Service(program, *timeouts)) as service:
        battle = Battle(service, time.monotonic() + seconds)
        # Time for the connections that asked in peace to end.
        time.sleep(1)
        before = service.descriptors, service.resident_mebibytes
        battle.end = time.monotonic() + seconds
        results = multiprocessing.SimpleQueue()
        enemy = multiprocessing.Process(target=battle.bad_clients, args=[seed, results])
        enemy.start()
        run([(battle.good_client, random.Random(f"{seed} good {i}")) for i in range(8)])
        attacks = results.get()
        enemy.join()
        during = service.resident_mebibytes
        is_settled = settle(service, before[0], 15)
        # Memory that is free is given back once the service has been quiet for a while.
        time.sleep(12)
        after = service.descriptors, service.resident_mebibytes
        exit_status = service.stop()
    battle.times.sort()
    print(f"{attacks.total()} attacks: {', '.join(f'{count} {name}' for name, count in attacks.most_common())}")
    print(f"{battle.right} good replies, {len(battle.wrong)} wrong or lost; "
          + ", ".join(f"{part:.0%} within {battle.times[int(part * (len(battle.times) - 1))] * 1e3:.0f} ms" for part in (0.5, 0.99, 1)))
    print(f"descriptors {before[0]} before, {after[0]} after; resident {before[1]:.0f} MiB before, {during:.0f} at the end, {after[1]:.0f} after")
    for wrong in battle.wrong[:10]:
        print("WRONG", wrong)
    return bool(battle.wrong) or not battle.right or not is_settled or exit_status != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2]), sys.argv[3], sys.argv[4]))
