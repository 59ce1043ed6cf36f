#!/usr/bin/env python3
"""slow_client: opens the daemon's stream, asks for every row, and reads nothing for a while.

usage: slow_client.py PORT SECONDS [PATH]

Prints "open" once it is let in; after SECONDS it reads what there is and prints one JSON line:
{"bytes", "closed", "code", "reason"}: whether the daemon closed, with the code and reason of its
close frame, if any. The receive buffer is small, so that the daemon's side fills soon.
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


def main():
    port, seconds = int(sys.argv[1]), float(sys.argv[2])
    path = sys.argv[3] if len(sys.argv) > 3 else "/v1/stream"
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port))
    client.sendall(HANDSHAKE.format(path=path, port=port).encode())
    client.settimeout(30)
    head = client.recv(12)
    if b"101" not in head:
        print(json.dumps({"refused": head.decode(errors="replace")}), flush=True)
        return
    print("open", flush=True)
    time.sleep(seconds)
    data, closed = read_all(client)
    reason = b"has not read" in data
    code = None
    if closed and len(data) >= 4 and data[-4] == 0x88:
        code = int.from_bytes(data[-2:], "big")
    print(json.dumps({"bytes": len(data), "closed": closed, "code": code, "reason": reason}))


main()
