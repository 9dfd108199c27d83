"""WWW client, version 4: a deep path and a query, straight into a file. Dialect http (clause 7.7).

Teaches: percent-encoding of paths with blanks or UTF-8, the query as it is; the status decides; the body goes to the file
in pieces, under another name until it is whole; Content-Length tells a page cut short from a whole one.
Wrong with it: no chunked bodies (HTTP/1.0 has none), no redirects, no time limit.
Usage: www_client_v4.py HOST PORT PATH[?QUERY] LOCAL
"""
import os
import socket
import sys
import urllib.parse


def receive_header(server):
    header = b""
    while b"\r\n\r\n" not in header:
        piece = server.recv(4096)
        if not piece or len(header) > 65536:
            sys.exit("the answer has no header")
        header += piece
    header, _, body = header.partition(b"\r\n\r\n")
    return header.decode("latin-1").split("\r\n"), body


def length_of(lines):
    for line in lines[1:]:
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-length":
            return int(value)
    return None


def main():
    host, port, path, local = sys.argv[1:5]
    path, mark, query = path.lstrip("/").partition("?")
    target = "/" + urllib.parse.quote(path) + mark + query
    with socket.create_connection((host, int(port))) as server:
        server.sendall(f"GET {target} HTTP/1.0\r\nHost: {host}:{port}\r\n\r\n".encode())
        lines, piece = receive_header(server)
        if lines[0].split(" ")[1:2] != ["200"]:
            sys.exit(f"the server answered: {lines[0]}")
        total = 0
        with open(local + ".part", "wb") as file:
            total += file.write(piece)
            while piece := server.recv(65536):
                total += file.write(piece)
    length = length_of(lines)
    if length is not None and total != length:
        os.remove(local + ".part")
        sys.exit(f"{total} of {length} bytes came")
    os.replace(local + ".part", local)


main()
