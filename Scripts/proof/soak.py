"""Sends many requests of many kinds, by clients that stay and clients that come and go, checks every reply, and watches memory and
descriptors: once warm, neither may grow."""

import gzip
import random
import sys
import threading
import time

from service import Replies, Service, chunked, closes, get, post, status

STEP = b'{"x_t":[1,2],"h_prev":[0.5],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"dh":[1]}'
SEQUENCE = b'{"x":[[[1],[2]]],"h_0":[[0]],"W_x":[[1]],"W_h":[[1]],"b":[0],"dh":[[[1],[1]]]}'

# How often, and what.
REQUESTS = [
    (40, post("/backward", STEP)),
    (10, chunked("/backward", STEP)),
    (10, post("/backward", gzip.compress(STEP), b"Content-Encoding: gzip", b"Accept-Encoding: gzip")),
    (10, post("/forward", b'{"x_t":[1],"h_prev":[1],"W_x":[[1]],"W_h":[[1]],"b":[0]}')),
    (10, post("/backward/sequence", SEQUENCE)),
    (1, post("/explain", STEP, b"Accept: text/plain")),
    (5, post("/backward", b'{"x_t":')),
    (5, post("/backward", b'{"x_t":[1],"nonsense":1}')),
    (5, get("/nowhere")),
    (10, get("/health")),
]

BATCH = 100
CLIENTS = 8
GROWTH_MEBIBYTES = 8


class Soak:
    def __init__(self, service, total):
        self.service = service
        self.batches = total // BATCH
        self.lock = threading.Lock()
        self.wrong = []
        self.expected = {}
        for _, request in REQUESTS:
            head, body = service.ask(request)
            self.expected[request] = status(head), body

    def client(self, choose):
        """A third of the batches begin a new connection."""
        connection, replies = None, None
        while self.take():
            if connection and choose.random() < 0.33:
                connection.close()
                connection = None
            if not connection:
                connection = self.service.connect()
                replies = Replies(connection)
            requests = choose.choices([request for _, request in REQUESTS], [weight for weight, _ in REQUESTS], k=BATCH)
            connection.sendall(b"".join(requests))
            for request in requests:
                head, body = replies.next()
                if (status(head), body) != self.expected[request] or closes(head):
                    self.wrong.append((request, head, body))
        if connection:
            connection.close()

    def take(self):
        with self.lock:
            self.batches -= 1
            return self.batches >= 0 and not self.wrong


def run(client, choose, failures):
    try:
        client(choose)
    except Exception as error:
        failures.append(repr(error))


def main(program, total, seed):
    begin = time.monotonic()
    failures = []
    with Service(program) as service:
        soak = Soak(service, total)
        at_rest = service.descriptors
        threads = [threading.Thread(target=run, args=[soak.client, random.Random(seed * 100 + i), failures]) for i in range(CLIENTS)]
        for thread in threads:
            thread.start()
        print("  requests  resident MiB  descriptors")
        samples = []
        for step in range(21):
            while any(thread.is_alive() for thread in threads) and soak.batches * 20 > total // BATCH * (20 - step):
                time.sleep(0.02)
            samples.append(service.resident_mebibytes)
            print(f"{total - max(soak.batches, 0) * BATCH:10} {samples[-1]:13.1f} {service.descriptors:12}", flush=True)
        for thread in threads:
            thread.join()
        failures += soak.wrong[:5]
        # The clients have gone; the service hears of it in its next turn.
        end = time.monotonic() + 5
        while service.descriptors > at_rest and time.monotonic() < end:
            time.sleep(0.05)
        left = service.descriptors - at_rest
        exit_status = service.stop()
    warm, last = max(samples[2:6]), max(samples[-4:])
    print(f"{total} requests in {time.monotonic() - begin:.0f} s: {len(failures)} failures, {left} descriptors left open, "
          f"memory {last - warm:+.1f} MiB from the second tenth of the requests to the last")
    for failure in failures[:5]:
        print("FAILURE", failure)
    return bool(failures) or left > 0 or last > warm + GROWTH_MEBIBYTES or exit_status != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
