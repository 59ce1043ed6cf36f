#!/usr/bin/env python3
"""slow_client: opens the daemon's stream a few times, asks for every row, and reads nothing for a while.

usage: slow_client.py PORT SECONDS COUNT PATH

Prints "open" once all are let in; after SECONDS it reads what there is and prints one JSON line, a row
{"bytes", "closed"} for each: whether the daemon closed it. The receive buffers are small, so that
the daemon's side fills soon.
"""
import json
import socket
import sys
import time

HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def read_all(client):
    """Everything until the end of the stream or 2 s of silence."""
    data, closed = b"", False
    client.settimeout(2)
    try:
        while True:
            part = client.recv(65536)
            if not part:
                closed = True
                break
            data += part
    except socket.timeout:
        pass
    except ConnectionResetError:
        closed = True
    return data, closed


def connect(port, path):
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port))
    client.sendall(HANDSHAKE.format(path=path, port=port).encode())
    client.settimeout(60)
    head = client.recv(12)
    if b"101" not in head:
        sys.exit(f"refused: {head!r}")
    return client


def main():
    port, seconds, count, path = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    clients = [connect(port, path) for _ in range(count)]
    print("open", flush=True)
    time.sleep(seconds)
    ends = [read_all(client) for client in clients]
    print(json.dumps([{"bytes": len(data), "closed": closed} for data, closed in ends]))


main()
