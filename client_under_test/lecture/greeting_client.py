"""The first client of the lecture: prints what the server says first.

Teaches: connect, recv, close. Wrong with it: one recv() may bring only a part of the greeting.
Usage: greeting_client.py HOST PORT
"""
import socket
import sys

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.connect((sys.argv[1], int(sys.argv[2])))
print(server.recv(1024).decode())
server.close()
