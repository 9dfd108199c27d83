"""File server, version 1: dialect raw (clause 7.2). The lecture marks it "Unsafe!".

Teaches: how little a file server needs, and how much that is worth.
Wrong with it: recv() is called once, so a name that comes in two pieces is cut; the name may lead anywhere on the disk; a
file that does not exist ends the server; the whole file is held in memory; send() may take only a part (a blocking socket
on Linux takes all unless a signal comes, which is luck and no promise); one client at a time.
Usage: file_server_v1.py PORT FOLDER
"""
import os
import socket
import sys

os.chdir(sys.argv[2])
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("", int(sys.argv[1])))
listener.listen(5)
while True:
    client, address = listener.accept()
    name = client.recv(255).decode()
    content = open(name, "rb").read()
    client.send(content)
    client.close()
