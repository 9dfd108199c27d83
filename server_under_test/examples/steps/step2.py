import os, socket, sys

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    client, _ = listener.accept()
    request = client.recv(1024).decode()
    verb, _, name = request[8:].partition(" ")
    content = open(os.path.join(sys.argv[2], name), "rb").read()
    client.send(f"OK {len(content)}".encode())
    client.send(content)
    client.close()
