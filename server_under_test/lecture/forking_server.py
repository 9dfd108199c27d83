"""A process for each client: dialect stream (clause 7.6).

Teaches: fork() after accept(); the parent closes its copy of the client's socket and the child its copy of the listener;
SIGCHLD is ignored, so that no zombie is left; the size in front of the content serves many files on one connection.
Wrong with it: the name may still lead anywhere on the disk; any number of clients gets any number of processes; a file
that grows between its two looks at it puts the connection out of step. Usage: forking_server.py PORT FOLDER
"""
import os
import signal
import socket
import sys

import socket_utilities


def serve(client):
    while True:
        name = socket_utilities.recv_sized(client).decode()
        if not os.path.isfile(name):
            socket_utilities.send_sized(client, b"ERR 404 no such file")
            continue
        socket_utilities.send_sized(client, b"%d" % os.path.getsize(name))
        socket_utilities.send_file(client, name)


os.chdir(sys.argv[2])
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("", int(sys.argv[1])))
listener.listen(128)
while True:
    client, address = listener.accept()
    if os.fork() == 0:
        listener.close()
        try:
            serve(client)
        except (OSError, ValueError):
            os._exit(0)  # the client left, or does not speak this dialect
    client.close()
