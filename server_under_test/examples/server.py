#!/usr/bin/env python3
"""A BFTP/1 server with the core verbs: server.py --port PORT --root FOLDER. docs/write-a-server.md builds it.
Numbers in comments are clauses of docs/protocol.md. Each client has a thread, so that none waits for another (6.1)."""
import argparse, contextlib, errno, os, re, signal, socket, socketserver, stat, sys, tempfile

MESSAGE_MAX, NAME_MAX, PIECE = 65536, 255, 256 * 1024  # bytes: 1.4, 3.3, and what is moved at once
CODES = dict.fromkeys([errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG], 404)
CODES |= {errno.EACCES: 403, errno.EPERM: 403, errno.ENOSPC: 507}  # all others 500

class Refusal(OSError):
    """Refusal(code, text) is answered as `ERR code text`, and the connection goes on (2.3)."""

class Session(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True  # a reply does not wait for the stream that follows
    folder, open = [], True  # names of the current folder, from the root; CD gives a session its own (2.5)

    def read(self, size):
        data = self.rfile.read(size)  # loops over recv(), which gives what has come so far, be it one byte
        if len(data) < size:
            raise ConnectionError("the client left")
        return data

    def reply(self, text):
        payload = text.encode()
        self.wfile.write(b"%08x" % len(payload) + payload)  # 1.2; loops over send(), which may take only a part

    def next_request(self):
        header, self.open = self.read(8), False  # after a bad header nobody knows where the next one starts (1.6)
        if not re.fullmatch(rb"[0-9a-fA-F]{8}", header):  # int() alone would take '+', '_' and blanks, too
            raise Refusal(400, "the header is not eight hexadecimal digits")
        if int(header, 16) > MESSAGE_MAX:
            raise Refusal(413, "the message is too long")
        text, self.open = self.read(int(header, 16)).decode(errors="surrogateescape"), True
        if not text or re.search("[\x00-\x1f\x7f\ud800-\udfff]", text):
            raise Refusal(400, "an empty request, a control character in it, or not UTF-8")
        return text.partition(" ")  # one space; the argument is all that follows (2.1)

    def names(self, path):  # a client's path as names from the root (3.1)
        names = [] if path.startswith("/") else list(self.folder)
        for name in path.split("/"):
            if len(name.encode()) > NAME_MAX:
                raise Refusal(400, "a name is too long")
            if name == ".." and not (names and self.real(names)):  # real() refuses a link that leads out
                raise Refusal(403, "outside the root")
            if name not in ("", "."):
                names = names[:-1] if name == ".." else [*names, name]
        return names

    def real(self, names):  # where that is on the disk, links followed; every path comes through here (3.2)
        real = os.path.realpath(os.path.join(self.server.root, *names))
        if os.path.commonpath([self.server.root, real]) != self.server.root or "/.part-" in real:
            raise Refusal(403, "outside the root, or an unfinished upload")
        return real

    def existing(self, path, is_kind):
        real = self.real(self.names(path))
        if not is_kind(os.stat(real).st_mode) or (is_kind == stat.S_ISREG and path.endswith("/")):
            raise Refusal(409, "the wrong kind of thing")  # 4.13, 4.15
        return real

    def get(self, path):
        with open(self.existing(path, stat.S_ISREG), "rb") as file:  # "rb": text mode would change bytes
            size = os.fstat(file.fileno()).st_size
            self.reply(f"OK {size}")
            if size and self.connection.sendfile(file, count=size) < size:
                raise ConnectionError("the file became shorter")  # to close is all that is left to tell (4.12)

    def put(self, argument):
        digits, _, path = argument.partition(" ")
        if not re.fullmatch("0|[1-9][0-9]{0,18}", digits) or int(digits) >= 2**63 or not path:
            raise Refusal(400, "PUT wants a plain decimal size and a path")  # 1.5
        size, target = int(digits), self.real(self.names(path))
        if path.endswith("/") or (os.path.exists(target) and not os.path.isfile(target)):
            raise Refusal(409, "not a file")
        os.stat(os.path.dirname(target) + "/")  # no such folder: 404
        self.reply("OK")
        self.open = False  # should the disk fail now: ERR, then the end (4.12)
        with tempfile.TemporaryDirectory(dir=self.server.uploads) as folder:
            with open(f"{folder}/part", "wb") as part:
                part.writelines(self.read(min(PIECE, size - at)) for at in range(0, size, PIECE))
            os.replace(part.name, target)  # at every instant the old content or the new, never a mixture (4.8)
        self.open = True
        self.reply(f"OK {size}")

    def list(self, path):
        folder, lines = self.existing(path or ".", stat.S_ISDIR), []
        for name in sorted(os.listdir(os.fsencode(folder))):  # by bytes (4.3)
            with contextlib.suppress(OSError, ValueError):  # leads out, to nothing (4.14), or no UTF-8
                info = os.stat(self.real([folder, name.decode()]))
                if stat.S_ISREG(info.st_mode):
                    lines.append(b"F %d %s\n" % (info.st_size, name))
                elif stat.S_ISDIR(info.st_mode):
                    lines.append(b"D 0 %s\n" % name)
        self.reply(f"OK {sum(map(len, lines))}")
        self.wfile.write(b"".join(lines))

    def cd(self, path):
        self.existing(path, stat.S_ISDIR)
        self.folder = self.names(path)
        self.pwd()

    def pwd(self, _=""):
        self.reply("OK /" + "/".join(self.folder))

    def delete(self, path):
        if not self.names(path):
            raise Refusal(403, "the root stays")
        self.existing(path, stat.S_ISREG)
        os.remove(os.path.join(self.real(self.names(path)[:-1]), self.names(path)[-1]))  # of a link, the link
        self.reply("OK")

    def quit(self, _):
        self.reply("OK")
        self.open = False

    VERBS = {"GET": get, "PUT": put, "LIST": list, "CD": cd, "PWD": pwd, "DELETE": delete, "QUIT": quit}
    ARGUMENTS = {"LIST": {False, True}, "PWD": {False}, "QUIT": {False}}  # all others have one

    def answer_next(self):
        try:
            verb, space, argument = self.next_request()
            if verb.upper() not in self.VERBS:
                raise Refusal(405, "unknown verb")
            if bool(space) != bool(argument) or bool(space) not in self.ARGUMENTS.get(verb.upper(), {True}):
                raise Refusal(400, "an argument too many, or none")
            self.VERBS[verb.upper()](self, argument)
        except ConnectionError:
            raise
        except OSError as error:
            code = error.errno if isinstance(error, Refusal) else CODES.get(error.errno, 500)
            self.reply(f"ERR {code} {error.strerror}")

    def handle(self):
        with contextlib.suppress(ConnectionError, TimeoutError):  # the client left: nothing else ends (2.6)
            while self.open:
                self.answer_next()
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(1)  # closing with bytes unread would reset, and might take our last reply along
            self.rfile.read(MESSAGE_MAX)

Server = socketserver.ThreadingTCPServer
Server.daemon_threads, Server.allow_reuse_address, Server.request_queue_size = True, True, 128  # 6.2
options = {"--host": "127.0.0.1", "--port": "12345", "--root": "."} | dict(zip(sys.argv[1::2], sys.argv[2::2]))
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # 6.3; leaves the blocks below, which removes what is unfinished
with Server((options["--host"], int(options["--port"])), Session) as server:
    server.root = os.path.realpath(options["--root"])
    with tempfile.TemporaryDirectory(prefix=".part-", dir=server.root, ignore_cleanup_errors=True) as server.uploads:
        print("listening on %s:%d" % server.server_address, flush=True)  # 6.4; unflushed, nobody would see it
        server.serve_forever()
