"""A thread for each client: dialect line (clause 7.3).

Teaches: accept() goes on while others are served; what a thread works with is its own; the line's end marks the name's.
Wrong with it: the name may still lead anywhere on the disk; any number of clients gets any number of threads; the client
cannot tell a missing file from an empty one. Usage: threaded_server.py PORT FOLDER
"""
import os
import socket
import sys
import threading

import socket_utilities


def serve(client):
    with client:
        try:
            name = socket_utilities.recv_delimited(client, b"\n").decode()
            socket_utilities.send_file(client, name)
        except (OSError, ValueError) as error:
            print(error, file=sys.stderr)


os.chdir(sys.argv[2])
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("", int(sys.argv[1])))
listener.listen(128)
while True:
    client, address = listener.accept()
    threading.Thread(target=serve, args=(client,), daemon=True).start()
