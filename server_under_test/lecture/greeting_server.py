"""The first server of the lecture: it greets every client and hangs up.

Teaches: socket, bind, listen, accept, send, close. Speaks no dialect: whatever a client asks, the answer is the greeting.
Wrong with it: one client at a time; send() may take only a part and nobody looks; the request is never read, and to close
with bytes unread resets the connection, which may take the greeting along. Usage: greeting_server.py PORT [FOLDER]
"""
import socket
import sys

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("", int(sys.argv[1])))
listener.listen(5)
while True:
    client, address = listener.accept()
    client.send(b"Hello Web Wide World")
    client.close()
