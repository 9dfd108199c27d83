"""The lecture's socket utilities: one function for each way to mark where a message ends.

send_safe            send() until everything is taken, by hand        send_all       the same by sendall()
recv_fixed           exactly so many bytes                            send_fixed     filled up with spaces
recv_delimited       up to a delimiter                                send_delimited
recv_sized           eight hexadecimal digits, then so many bytes     send_sized     (clause 1.2)
recv_file            so many bytes, or all up to the close            send_file

Every receiver raises ConnectionError when the connection ends inside a message, and ValueError for what cannot be a
message, also for one longer than its bound: without a bound any client could fill the memory.
Wrong with it: no time limits; a silent peer is waited for until it closes. Callers set sock.settimeout() if they care.
"""

MESSAGE_MAX_BYTES = 65536
PIECE_BYTES = 4096


def send_safe(sock, data):
    while data:
        count = sock.send(data)
        data = data[count:]


def send_all(sock, data):
    sock.sendall(data)


def recv_fixed(sock, size):
    pieces = []
    while size > 0:
        piece = sock.recv(min(size, PIECE_BYTES))
        if not piece:
            raise ConnectionError(f"the connection ended {size} bytes early")
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def send_fixed(sock, data, size):
    if len(data) > size:
        raise ValueError(f"{len(data)} bytes do not fit into {size}")
    sock.sendall(data.ljust(size, b" "))


def recv_delimited(sock, delimiter=b"\n", size_max=MESSAGE_MAX_BYTES):
    """Without the delimiter. Byte by byte: what follows it belongs to somebody else."""
    data = bytearray()
    while not data.endswith(delimiter):
        if len(data) >= size_max + len(delimiter):
            raise ValueError(f"no delimiter within {size_max} bytes")
        data += recv_fixed(sock, 1)
    return bytes(data[: -len(delimiter)])


def send_delimited(sock, data, delimiter=b"\n"):
    if delimiter in data:
        raise ValueError("the message holds its own delimiter")
    sock.sendall(data + delimiter)


def recv_sized(sock, size_max=MESSAGE_MAX_BYTES):
    header = recv_fixed(sock, 8)
    if any(digit not in b"0123456789abcdefABCDEF" for digit in header):
        raise ValueError(f"no header: {header!r}")
    size = int(header, 16)
    if size > size_max:
        raise ValueError(f"{size} bytes are more than {size_max}")
    return recv_fixed(sock, size)


def send_sized(sock, data):
    if len(data) > 0xFFFFFFFF:
        raise ValueError("eight hexadecimal digits cannot count that many bytes")
    sock.sendall(b"%08x" % len(data) + data)


def recv_file(sock, path, size=None):
    """Receives `size` bytes, or all up to the close, into a new file. Returns how many."""
    total = 0
    with open(path, "wb") as file:
        while size is None or total < size:
            piece = sock.recv(PIECE_BYTES if size is None else min(PIECE_BYTES, size - total))
            if not piece and size is not None:
                raise ConnectionError(f"the connection ended after {total} of {size} bytes")
            if not piece:
                break
            file.write(piece)
            total += len(piece)
    return total


def send_file(sock, path):
    with open(path, "rb") as file:
        while piece := file.read(PIECE_BYTES):
            sock.sendall(piece)
