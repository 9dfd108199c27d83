"""WWW client, version 3: parts the header from the body. Dialect http (clause 7.7).

Teaches: the first empty line ends the header, wherever the pieces happen to be cut.
Wrong with it: any status is a success, so an error page is kept as if it were the file; Content-Length is not looked at,
so a page cut short is taken for whole; names with blanks are sent as they are; the page is held in memory.
Usage: www_client_v3.py HOST PORT PATH LOCAL
"""
import socket
import sys

host, port, path, local = sys.argv[1:5]
server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.connect((host, int(port)))
server.sendall(f"GET /{path.lstrip('/')} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
answer = b""
while piece := server.recv(4096):
    answer += piece
header, _, body = answer.partition(b"\r\n\r\n")
open(local, "wb").write(body)
server.close()
