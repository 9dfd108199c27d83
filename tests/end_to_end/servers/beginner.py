"""A beginner's BFTP server with one typical mistake: beginner.py PORT ROOT MISTAKE. `none` is healthy, if simple."""
import os
import signal
import socket
import sys
import tempfile
import threading

PORT, ROOT, MISTAKE = int(sys.argv[1]), sys.argv[2], sys.argv[3]
SHARED = bytearray(4096)
KEPT = []


def recv_exactly(sock, size):
    pieces = []
    while size > 0:
        piece = sock.recv(min(size, 65536))
        if not piece:
            raise ConnectionError
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def reply(sock, text):
    payload = text.encode()
    header = b"%x" if MISTAKE == "short_header" else b"%08x"
    sock.sendall(header % len(payload) + payload)


def path_of(name):
    path = os.path.realpath(os.path.join(ROOT, name))
    if MISTAKE != "any_path" and not path.startswith(os.path.realpath(ROOT) + os.sep):
        raise PermissionError(name)
    return path


def content_of(path):
    if MISTAKE == "text_mode":
        with open(path, encoding="latin-1", newline=None) as file:
            return file.read().encode("latin-1")
    if MISTAKE == "utf8":
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().encode()
    with open(path, "rb") as file:
        return file.read()


def send_content(sock, content):
    if MISTAKE == "one_piece":
        sock.sendall(content[:4096])
        return
    if MISTAKE == "whole_buffer":
        for at in range(0, len(content), 4096):
            sock.sendall(content[at : at + 4096].ljust(4096, b"\0"))
        return
    if MISTAKE == "shared_buffer":
        for at in range(0, len(content), 4096):
            piece = content[at : at + 4096]
            SHARED[: len(piece)] = piece
            threading.Event().wait(0.0005)  # gives the others their turn, as a busy machine would
            sock.sendall(SHARED[: len(piece)])
        return
    sock.sendall(content)


def get(sock, name):
    content = content_of(path_of(name))
    extra = 1 if MISTAKE == "off_by_one" and content else 0
    reply(sock, f"OK {len(content) + extra}")
    send_content(sock, content)


def put(sock, argument):
    size, _, name = argument.partition(" ")
    reply(sock, "OK")
    content = sock.recv(int(size)) if MISTAKE == "put_recv_once" and int(size) else recv_exactly(sock, int(size))
    path = path_of(name)
    with tempfile.NamedTemporaryFile(dir=ROOT, delete=False) as part:
        part.write(content)
    os.replace(part.name, path)
    reply(sock, f"OK {size}")


def serve(sock):
    try:
        while True:
            if MISTAKE == "waits_for_newline":
                while recv_exactly(sock, 1) != b"\n":
                    pass
            verb, _, argument = recv_exactly(sock, int(recv_exactly(sock, 8), 16)).decode().partition(" ")
            if MISTAKE == "bug":
                print(undefined_name)  # noqa: F821 a NameError at the first request
            if verb == "GET":
                get(sock, argument)
            elif verb == "PUT":
                put(sock, argument)
            elif verb == "DELETE":
                os.remove(path_of(argument))
                reply(sock, "OK")
            elif verb == "":
                reply(sock, "ERR 400 empty request")
            else:
                reply(sock, "ERR 405 unknown verb")
    except (OSError, ValueError):
        pass
    finally:
        if MISTAKE == "never_closes":
            KEPT.append(os.dup(sock.fileno()))
        sock.close()


if MISTAKE == "error_at_start":
    raise KeyError("port")
if MISTAKE != "no_sigterm":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
listener = socket.create_server(("127.0.0.1", PORT if MISTAKE != "own_port" else 0), backlog=64)
print("waiting for clients")  # not flushed: nobody sees it, and that is no fault
while True:
    client, _ = listener.accept()
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if MISTAKE == "serves_once":
        serve(client)
        break
    if MISTAKE == "one_at_a_time":
        serve(client)
    else:
        threading.Thread(target=serve, args=(client,), daemon=True).start()
