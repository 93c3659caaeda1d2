"""Bad clients at the level of TLS. Each gets a connection on which nothing has been said yet."""

import socket
import ssl
import struct
import subprocess
import time

from service import get, post

HANDSHAKE, DATA = 22, 23


class Tunnel:
    """A client's end of TLS that hands out its records, to be sent whole, in part or changed."""

    def __init__(self, connection, **limits):
        context = client_context(**limits)
        self.connection = connection
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing)

    def hello(self):
        try:
            self.tls.do_handshake()
        except ssl.SSLWantReadError:
            pass
        return self.outgoing.read()

    def open(self):
        while True:
            try:
                self.tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self.connection.sendall(self.outgoing.read())
                received = self.connection.recv(1 << 16)
                if not received:
                    raise OSError("the end in mid-handshake") from None
                self.incoming.write(received)
        self.connection.sendall(self.outgoing.read())
        return self

    def seal(self, data):
        self.tls.write(data)
        return self.outgoing.read()


def client_context(newest=None, protocols=()):
    """Of a client that trusts everybody, and offers what is too old where it is told so."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if newest:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version, context.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, newest
    if protocols:
        context.set_alpn_protocols(protocols)
    return context


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def record(kind, content):
    return struct.pack(">BHH", kind, 0x0303, len(content)) + content


def half_handshake(battle, choose, connection):
    connection.sendall(Tunnel(connection).hello())
    connection.recv(1 << 16)
    time.sleep(choose.choice([0, 3]))


def slow_handshake(battle, choose, connection):
    for byte in Tunnel(connection).hello():
        if not battle.is_on:
            return
        connection.sendall(bytes([byte]))
        time.sleep(0.02)


def cut_handshake(battle, choose, connection):
    hello = Tunnel(connection).hello()
    connection.sendall(hello[:choose.randrange(1, len(hello))])
    choose.choice([reset, socket.socket.close])(connection)


def plain_http(battle, choose, connection):
    connection.sendall(choose.choice([get("/health"), post("/backward", b" " * 100_000)]))
    connection.recv(1000)


def no_tls(battle, choose, connection):
    connection.sendall(choose.randbytes(3000))
    connection.recv(1000)


def endless_hello(battle, choose, connection):
    connection.sendall(record(HANDSHAKE, b"\x01\xff\xff\xff" + bytes(16000)))
    for _ in range(100):
        connection.sendall(record(HANDSHAKE, bytes(16000)))


def mutated_hello(battle, choose, connection):
    hello = bytearray(Tunnel(connection).hello())
    for _ in range(choose.randrange(1, 10)):
        hello[choose.randrange(5, len(hello))] = choose.randrange(256)
    connection.sendall(hello)
    connection.recv(1000)


def too_old(battle, choose, connection):
    Tunnel(connection, newest=ssl.TLSVersion.TLSv1_1).open()


def another_protocol(battle, choose, connection):
    Tunnel(connection, protocols=["h2"]).open()


def garbage_record(battle, choose, connection):
    Tunnel(connection).open()
    connection.sendall(record(choose.choice([HANDSHAKE, DATA, choose.randrange(256)]), choose.randbytes(choose.randrange(2000))))
    connection.recv(1000)


def flipped_bit(battle, choose, connection):
    sealed = bytearray(Tunnel(connection).open().seal(post("/backward", b" " * 1000)))
    sealed[choose.randrange(5, len(sealed))] ^= 1 << choose.randrange(8)
    connection.sendall(sealed)
    connection.recv(1000)


def end_in_record(battle, choose, connection):
    sealed = Tunnel(connection).open().seal(post("/backward", b" " * 10_000))
    connection.sendall(sealed[:choose.randrange(1, len(sealed))])
    choose.choice([reset, socket.socket.close])(connection)


def repeated_record(battle, choose, connection):
    connection.sendall(Tunnel(connection).open().seal(get("/health")) * 2)
    connection.recv(1000)


def tiny_records(battle, choose, connection):
    tunnel = Tunnel(connection).open()
    connection.sendall(b"".join(tunnel.seal(bytes([byte])) for byte in post("/backward", b" " * 20_000)))
    connection.recv(1000)


def unread_reply(battle, choose, connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.sendall(Tunnel(connection).open().seal(get("/openapi.yaml") * 100))
    time.sleep(1)


def close_before_reply(battle, choose, connection):
    tunnel = Tunnel(connection).open()
    sealed = tunnel.seal(get("/health"))
    try:
        tunnel.tls.unwrap()
    except ssl.SSLWantReadError:
        pass
    connection.sendall(sealed + tunnel.outgoing.read() + b"more")
    connection.recv(1000)


def command(battle, version, letter):
    """A thousand times what OpenSSL's client does for a letter: R asks for a new handshake, k and K renew the keys."""
    client = subprocess.Popen(["openssl", "s_client", version, "-connect", f"127.0.0.1:{battle.service.port}"],
                              stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, bufsize=0)
    with client:
        try:
            for _ in range(1000):
                if not battle.is_on or client.poll() is not None:
                    break
                client.stdin.write(letter + b"\n")
                time.sleep(0.002)
        finally:
            client.kill()


def renegotiation(battle, choose, connection):
    command(battle, "-tls1_2", b"R")


def key_updates(battle, choose, connection):
    command(battle, "-tls1_3", choose.choice([b"k", b"K"]))


TLS_ATTACKS = [
    half_handshake, slow_handshake, cut_handshake, plain_http, no_tls, endless_hello, mutated_hello, too_old, another_protocol, garbage_record,
    flipped_bit, end_in_record, repeated_record, tiny_records, unread_reply, close_before_reply, renegotiation, key_updates,
]
