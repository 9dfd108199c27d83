import os, signal, socket, sys, tempfile, threading


def recv_exactly(client, size):
    pieces = []
    while size > 0:
        piece = client.recv(min(size, 65536))
        if not piece:
            raise ConnectionError("the client left")
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def reply(client, text):
    payload = text.encode()
    client.sendall(b"%08x" % len(payload) + payload)


def path_of(root, name):
    path = os.path.realpath(os.path.join(root, name.lstrip("/")))
    if not path.startswith(os.path.realpath(root) + os.sep):
        raise PermissionError(name)
    return path


def answer(client, root):
    request = recv_exactly(client, int(recv_exactly(client, 8), 16)).decode()
    verb, _, argument = request.partition(" ")
    if verb == "GET":
        with open(path_of(root, argument), "rb") as file:
            content = file.read()
        reply(client, f"OK {len(content)}")
        client.sendall(content)
    elif verb == "PUT":
        size, _, name = argument.partition(" ")
        reply(client, "OK")
        content = recv_exactly(client, int(size))
        path = path_of(root, name)
        with tempfile.NamedTemporaryFile(dir=root, delete=False) as part:
            part.write(content)
        os.replace(part.name, path)
        reply(client, f"OK {size}")
    elif verb == "DELETE":
        os.remove(path_of(root, argument))
        reply(client, "OK")
    elif verb == "":
        reply(client, "ERR 400 empty request")
    else:
        reply(client, "ERR 405 unknown verb")


def serve(client, root):
    with client:
        try:
            while True:
                answer(client, root)
        except (OSError, ValueError):
            pass


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    client, _ = listener.accept()
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=serve, args=(client, sys.argv[2]), daemon=True).start()
