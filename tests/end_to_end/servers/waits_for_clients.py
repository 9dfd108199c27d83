"""GET of BFTP with a thread for each client. At SIGTERM it waits for them all, however long they stay: clause 6.3 forbids it.
With "keeps_port" as a third argument it ends in order, and cannot have its port again for a minute: clause 6.2 forbids that."""
import os
import signal
import socket
import sys
import threading


def receive(client, size):
    data = b""
    while len(data) < size:
        piece = client.recv(size - len(data))
        if not piece:
            raise OSError("the client left")
        data += piece
    return data


def say(client, text):
    client.sendall(b"%08x" % len(text) + text.encode())


def serve(client):
    with client:
        try:
            while True:
                request = receive(client, int(receive(client, 8), 16)).decode()
                verb, _, name = request.partition(" ")
                path = os.path.join(sys.argv[2], name.lstrip("/"))
                if not request or min(request) < " ":
                    say(client, "ERR 400 empty, or a control character")
                elif verb != "GET":
                    say(client, "ERR 405 GET only")
                elif ".." in name.split("/"):
                    say(client, "ERR 403 beyond the root")
                elif not os.path.isfile(path):
                    say(client, "ERR 409 a folder" if os.path.isdir(path) else "ERR 404 no such file")
                else:
                    with open(path, "rb") as file:
                        content = file.read()
                    say(client, f"OK {len(content)}")
                    client.sendall(content)
        except (OSError, ValueError):
            pass


def stop(_signal, _frame):
    sys.exit(0)  # the interpreter joins the threads, which are no daemons


keeps_port = sys.argv[3:] == ["keeps_port"]
signal.signal(signal.SIGTERM, stop)
listener = socket.socket()
if not keeps_port:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", int(sys.argv[1])))
listener.listen(64)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=keeps_port).start()
