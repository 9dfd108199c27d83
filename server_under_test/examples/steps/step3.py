import os, socket, sys


def reply(client, text):
    payload = text.encode()
    client.sendall(b"%08x" % len(payload) + payload)


listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    client, _ = listener.accept()
    request = client.recv(1024).decode()
    verb, _, argument = request[8:].partition(" ")
    if verb == "GET":
        content = open(os.path.join(sys.argv[2], argument), "rb").read()
        reply(client, f"OK {len(content)}")
        client.sendall(content)
    elif verb == "PUT":
        size, _, name = argument.partition(" ")
        reply(client, "OK")
        content = client.recv(int(size))
        open(os.path.join(sys.argv[2], name), "wb").write(content)
        reply(client, f"OK {len(content)}")
    elif verb == "":
        reply(client, "ERR 400 empty request")
    else:
        reply(client, "ERR 405 unknown verb")
    client.close()
