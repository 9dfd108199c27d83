"""WWW client, version 1: one request, one recv(). Dialect http (clause 7.7).

Teaches: a request is a line of text and an empty line. Wrong with it: one recv() brings what has arrived: of a page that
is larger the beginning, perhaps only the header; the header is kept as if it were the page; any status is a success.
Usage: www_client_v1.py HOST PORT PATH LOCAL
"""
import socket
import sys

host, port, path, local = sys.argv[1:5]
server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.connect((host, int(port)))
server.send(f"GET /{path.lstrip('/')} HTTP/1.0\r\n\r\n".encode())
open(local, "wb").write(server.recv(65536))
server.close()
