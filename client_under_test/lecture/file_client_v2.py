"""File client, version 2: dialect raw (clause 7.2). The lecture marks it "Still unsafe!".

Teaches: sendall(), and a loop around recv() until the server closes.
Wrong with it: a server that closes early looks like the file's end; a file that does not exist looks like an empty one; a
part of a file stays behind after an error; a server that says nothing is waited for without end.
Usage: file_client_v2.py HOST PORT NAME LOCAL
"""
import socket
import sys

host, port, name, local = sys.argv[1:5]
server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.connect((host, int(port)))
server.sendall(name.encode())
with open(local, "wb") as file:
    while piece := server.recv(4096):
        file.write(piece)
server.close()
