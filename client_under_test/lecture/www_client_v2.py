"""WWW client, version 2: receives until the server closes. Dialect http (clause 7.7).

Teaches: HTTP/1.0 ends a page by closing, so a loop until recv() gives nothing has it all.
Wrong with it: the header is still kept as if it were the page; any status is a success; the page is held in memory.
Usage: www_client_v2.py HOST PORT PATH LOCAL
"""
import socket
import sys

host, port, path, local = sys.argv[1:5]
server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.connect((host, int(port)))
server.sendall(f"GET /{path.lstrip('/')} HTTP/1.0\r\n\r\n".encode())
answer = b""
while piece := server.recv(4096):
    answer += piece
open(local, "wb").write(answer)
server.close()
