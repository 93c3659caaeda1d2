"""Restarts the service given as the argument while clients ask it without pause, on a listening socket that this program holds as systemd would.
Every request must be answered, by one service or the next."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time

RESTARTS = 20
CLIENTS = 8
STEP = '{"x_t":[1],"h_prev":[0],"W_x":[[1]],"W_h":[[0]],"b":[0],"dh":[1],"activation":"identity"}'
ANSWER = b'{"dx_t":[1.0],"dh_prev":[0.0],"dW_x":[[1.0]],"dW_h":[[0.0]],"db":[1.0]}'

listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
port = listener.getsockname()[1]
is_over = threading.Event()
answered = [0] * CLIENTS
longest = [0.0] * CLIENTS
failures = []


def start():
    # Descriptor 3 and the shell's own process number, as sd_listen_fds(3) has it.
    script = 'exec 3<&0 0</dev/null; export LISTEN_FDS=1 LISTEN_PID=$$; exec "$0" serve'
    service = subprocess.Popen(["bash", "-c", script, sys.argv[1]], stdin=listener, stderr=subprocess.PIPE, text=True)
    assert re.search(rf"Listening on the socket handed over, port {port}$", service.stderr.readline())
    return service


def ask(index):
    """Half of the clients keep their connection for as long as the service does, half take a new one for each request."""
    connection = None
    while not is_over.is_set():
        begin = time.monotonic()
        try:
            connection = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("POST", "/backward", STEP)
            reply = connection.getresponse()
            if reply.status != 200 or reply.read() != ANSWER:
                failures.append(f"status {reply.status}")
            if index % 2 or reply.will_close:
                connection.close()
                connection = None
        except (OSError, http.client.HTTPException) as error:
            failures.append(repr(error))
            connection = None
        answered[index] += 1
        longest[index] = max(longest[index], time.monotonic() - begin)


service = start()
clients = [threading.Thread(target=ask, args=(index,)) for index in range(CLIENTS)]
try:
    for client in clients:
        client.start()
    for _ in range(RESTARTS):
        goal = sum(answered) + 500
        while sum(answered) < goal:
            time.sleep(0.01)
        service.send_signal(signal.SIGTERM)
        assert service.wait() == 0
        service = start()
finally:
    is_over.set()
    for client in clients:
        client.join()
    service.terminate()
    service.wait()
assert not failures, f"{len(failures)} of {sum(answered)} requests failed: {sorted(set(failures))}"
print(f"{RESTARTS} restarts, {sum(answered)} requests over {CLIENTS} clients: none refused, none lost; the longest took {max(longest):.2f} s")
