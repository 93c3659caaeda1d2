"""A service of its own for a check: on a free port of this machine, asked byte by byte, watched from outside, and ended by its process."""

import os
import queue
import re
import signal
import socket
import ssl
import subprocess
import threading


class Service:
    """Starts the program; `with` ends it."""

    def __init__(self, program, *options):
        self.process = subprocess.Popen([program, "serve", "--port", "0", *options], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True, errors="replace")
        line = self.process.stderr.readline()
        self.port = int(re.search(r":(\d+)\"?\}?$", line)[1])
        self.is_told_to_end = False
        self.log = queue.SimpleQueue()
        threading.Thread(target=lambda: [self.log.put(line) for line in self.process.stderr], daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def connect(self, timeout=30):
        connection = socket.create_connection(("127.0.0.1", self.port), timeout)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def ask(self, request):
        """The reply to one request on a connection of its own."""
        with self.connect() as connection:
            connection.sendall(request)
            return Replies(connection).next()

    def terminate(self):
        """A second SIGTERM would end it at once, so there is none."""
        if not self.is_told_to_end:
            self.process.send_signal(signal.SIGTERM)
        self.is_told_to_end = True

    def stop(self):
        """Ends it and returns its exit status."""
        self.terminate()
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    @property
    def resident_mebibytes(self):
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)

    @property
    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


class TLSService(Service):
    """The same over TLS, with a certificate made for it in `folder`."""

    def __init__(self, program, folder, *options):
        certificate, key = make_certificate(folder)
        self.context = ssl.create_default_context(cafile=certificate)
        super().__init__(program, "--tls-cert", certificate, "--tls-key", key, *options)

    def connect(self, timeout=30):
        return self.context.wrap_socket(super().connect(timeout), server_hostname="localhost")

    def connect_without_tls(self, timeout=30):
        return super().connect(timeout)


def make_certificate(folder):
    """The files of a certificate for localhost, signed by itself, and its key."""
    certificate, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "90", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate], check=True, stderr=subprocess.DEVNULL)
    return certificate, key


class Lost(Exception):
    """The connection ended before the reply did."""


class Replies:
    """Takes replies to anything but HEAD from a connection, one after the other."""

    def __init__(self, connection):
        self.connection = connection
        self.bytes = b""

    def next(self):
        """Head and body; raises `Lost` where the connection ends before them."""
        while (end := self.bytes.find(b"\r\n\r\n")) < 0:
            self._receive()
        head, body = self.bytes[:end], end + 4
        length = re.search(rb"\r\nContent-Length: (\d+)", head)
        end = body + (int(length[1]) if length else 0)
        if len(self.bytes) < end:
            pieces, count = [self.bytes], len(self.bytes)
            while count < end:
                self.bytes = b""
                self._receive()
                pieces.append(self.bytes)
                count += len(self.bytes)
            self.bytes = b"".join(pieces)
        reply, self.bytes = (head, self.bytes[body:end]), self.bytes[end:]
        return reply

    def _receive(self):
        received = self.connection.recv(1 << 18)
        if not received:
            raise Lost(f"{len(self.bytes)} bytes of a reply, then the end")
        self.bytes += received


def status(head):
    return int(head[9:12])


def closes(head):
    return b"\r\nConnection: close" in head


def post(path, body, *fields):
    lines = [f"POST {path} HTTP/1.1".encode(), b"Host: x", b"Content-Length: %d" % len(body), *fields]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def chunked(path, body, size=7):
    pieces = [body[i:i + size] for i in range(0, len(body), size)] + [b""]
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + chunks


def get(path, *fields):
    return b"\r\n".join([f"GET {path} HTTP/1.1".encode(), b"Host: x", *fields]) + b"\r\n\r\n"
