"""The textbook's first file server in the dialect `nul`: one connection, then it ends. Run as
serves_once.py PORT ROOT [SHORT]; with SHORT it leaves out the last byte."""
import os
import socket
import sys

port, root = int(sys.argv[1]), sys.argv[2]
listener = socket.socket()
listener.bind(("127.0.0.1", port))  # without SO_REUSEADDR, as beginners have it
listener.listen(1)
client, _ = listener.accept()
name = b""
while not name.endswith(b"\0"):
    piece = client.recv(1)
    if not piece:
        sys.exit(0)
    name += piece
# The last part of the name only, so that no name leads out of the folder.
with open(os.path.join(root, os.path.basename(name[:-1].decode())), "rb") as file:
    content = file.read()
client.sendall(content[:-1] if len(sys.argv) > 3 else content)
client.close()
