"""File server, version 2: dialect raw (clause 7.2). The lecture marks it "Still unsafe!".

Teaches: sendall() in place of send(), the file in pieces, and an error that ends one client instead of the server.
Wrong with it: nothing marks the name's end, so no loop around recv() could know when to stop: a name in two pieces is
still cut; it may still lead anywhere on the disk; the client cannot tell a missing file from an empty one, nor one cut
short from a whole one; one client at a time, and one that says nothing holds up all others for good; a NUL byte in a name
still ends the server, since open() raises a ValueError for it, which nobody thought of.
Usage: file_server_v2.py PORT FOLDER
"""
import os
import socket
import sys


def serve(client):
    name = client.recv(255).decode()
    with open(name, "rb") as file:
        while piece := file.read(4096):
            client.sendall(piece)


os.chdir(sys.argv[2])
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("", int(sys.argv[1])))
listener.listen(5)
while True:
    client, address = listener.accept()
    try:
        serve(client)
    except (OSError, UnicodeDecodeError) as error:
        print(address, error)
    client.close()
