"""Stops the service by SIGTERM while clients ask it as fast as they can, again and again: every request on a connection that was accepted
must get its whole, right reply, and the exit status must be 0."""

import random
import sys
import threading
import time
from collections import Counter

from service import Lost, Replies, Service, closes, post, status

STEP = post("/backward", b'{"x_t":[1,2],"h_prev":[0.5],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"dh":[1]}')
CLIENTS = 16


class Load:
    def __init__(self, service):
        self.service = service
        head, self.body = service.ask(STEP)
        assert status(head) == 200
        self.answered = Counter()
        self.lost = []
        self.turned_away = 0

    def client(self):
        """Asks on one connection after the other until nobody listens any more."""
        while True:
            try:
                connection = self.service.connect()
            except ConnectionRefusedError:
                return
            except OSError:
                # In the backlog, not accepted: the kernel has ended it together with the listener.
                self.turned_away += 1
                continue
            with connection:
                if not self.ask(connection):
                    return

    def ask(self, connection):
        """Until the connection is closed by a reply; false where it ended otherwise."""
        replies = Replies(connection)
        count = 0
        while True:
            try:
                connection.sendall(STEP)
                head, body = replies.next()
            except (Lost, OSError) as error:
                self.lost.append(f"request {count + 1} of its connection: {error!r}")
                return False
            count += 1
            self.answered[status(head)] += 1
            if (status(head), body) != (200, self.body):
                self.lost.append(f"another reply: {head} {body[:200]}")
            if closes(head):
                return True


def main(program, tries, seed):
    choose = random.Random(seed)
    answered, lost, exits, turned_away = Counter(), [], Counter(), 0
    begin = time.monotonic()
    for _ in range(tries):
        with Service(program) as service:
            load = Load(service)
            threads = [threading.Thread(target=load.client) for _ in range(CLIENTS)]
            for thread in threads:
                thread.start()
            time.sleep(choose.uniform(0.05, 0.3))
            service.terminate()
            for thread in threads:
                thread.join()
            exits[service.stop()] += 1
        answered += load.answered
        lost += load.lost
        turned_away += load.turned_away
    print(f"{tries} stops under load in {time.monotonic() - begin:.0f} s: {answered.total()} replies, {len(lost)} wrong or lost, "
          f"{turned_away} connections turned away, exit status {dict(exits)}")
    for each in lost[:10]:
        print("LOST", each)
    return bool(lost) or set(exits) != {0} or answered.total() < tries * CLIENTS


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
