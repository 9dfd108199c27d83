"""File client, version 1: dialect raw (clause 7.2). The lecture marks it "Unsafe!".

Teaches: ask by name, keep what comes. Wrong with it: one recv() brings what has arrived, at most 64 KiB: of a larger file
the beginning, of any file perhaps a part; send() may take only a part of the name; failure and success both end with
status 0. Usage: file_client_v1.py HOST PORT NAME LOCAL
"""
import socket
import sys

host, port, name, local = sys.argv[1:5]
server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.connect((host, int(port)))
server.send(name.encode())
content = server.recv(65536)
open(local, "wb").write(content)
server.close()
