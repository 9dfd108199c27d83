import os, socket, sys


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
        with open(path_of(root, name), "wb") as file:
            file.write(content)
        reply(client, f"OK {size}")
    elif verb == "DELETE":
        os.remove(path_of(root, argument))
        reply(client, "OK")
    elif verb == "":
        reply(client, "ERR 400 empty request")
    else:
        reply(client, "ERR 405 unknown verb")


listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    client, _ = listener.accept()
    with client:
        try:
            while True:
                answer(client, sys.argv[2])
        except (OSError, ValueError):
            pass
