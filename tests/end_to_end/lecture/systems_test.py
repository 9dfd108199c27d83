"""The lecture's servers and clients against each other, and the WWW clients against a local web server. What the lecture
calls unsafe is expected to show as it is described in docs/lecture.md.

Usage: systems_test.py FOLDER_OF_BINARIES [unittest's options]
"""
import functools
import http.server
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

BINARIES = pathlib.Path(sys.argv.pop(1))
SOURCES = pathlib.Path(__file__).resolve().parents[3]
CONTENT = bytes(range(256)) * 700  # 179,200 bytes: more than one recv() brings
PATIENCE_S = 60


def python(room, name):
    return ["python3", "-B", str(SOURCES / room / "lecture" / name)]


SERVERS = {
    "v1": python("server_under_test", "file_server_v1.py"),
    "v2": python("server_under_test", "file_server_v2.py"),
    "textbook": [str(BINARIES / "lecture_textbook_file_server")],
    "forking_c": [str(BINARIES / "lecture_forking_server")],
    "threaded": python("server_under_test", "threaded_server.py"),
    "forking": python("server_under_test", "forking_server.py"),
    "greeting": python("server_under_test", "greeting_server.py"),
    "greeting_c": [str(BINARIES / "lecture_greeting_server")],
}


def client(name):
    return python("client_under_test", name)


def listens(port):
    with open("/proc/net/tcp", encoding="ascii") as table:
        return any(f":{port:04X} 00000000:0000 0A" in line for line in table)


class Systems(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name, "root")
        self.copy = pathlib.Path(folder.name, "copy")
        (self.root / "deep/er").mkdir(parents=True)
        (self.root / "file.bin").write_bytes(CONTENT)
        (self.root / "small.bin").write_bytes(b"\0\r\n\xff")
        (self.root / "deep/er/a b.bin").write_bytes(CONTENT)

    def start(self, name):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        server = subprocess.Popen([*SERVERS[name], str(port), str(self.root)], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, start_new_session=True)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        until = time.monotonic() + PATIENCE_S
        while not listens(port):
            self.assertIsNone(server.poll(), f"{name} ended")
            self.assertLess(time.monotonic(), until, f"{name} does not listen")
            time.sleep(0.01)
        return server, port

    def run_client(self, command, port, *words):
        return subprocess.run([*command, "127.0.0.1", str(port), *map(str, words)], capture_output=True, timeout=PATIENCE_S,
                              check=False)

    def ask(self, port, request):
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as sock:
            sock.sendall(request)
            answer = b""
            while piece := sock.recv(65536):
                answer += piece
            return answer

    def test_version_2_carries_a_file(self):
        _, port = self.start("v2")
        self.assertEqual(self.run_client(client("file_client_v2.py"), port, "file.bin", self.copy).returncode, 0)
        self.assertEqual(self.copy.read_bytes(), CONTENT)

    def test_version_1_of_the_client_keeps_the_beginning_only(self):
        _, port = self.start("v1")
        self.run_client(client("file_client_v1.py"), port, "small.bin", self.copy)
        self.assertEqual(self.copy.read_bytes(), b"\0\r\n\xff")
        self.assertEqual(self.run_client(client("file_client_v1.py"), port, "file.bin", self.copy).returncode, 0)
        self.assertLess(len(self.copy.read_bytes()), len(CONTENT))

    def test_version_1_dies_of_a_missing_file_and_version_2_does_not(self):
        server, port = self.start("v1")
        self.assertEqual(self.ask(port, b"missing"), b"")
        self.assertEqual(server.wait(PATIENCE_S), 1)
        server, port = self.start("v2")
        self.assertEqual(self.ask(port, b"missing"), b"")
        self.assertEqual(self.ask(port, b"file.bin"), CONTENT)

    def test_textbook_client_and_servers(self):
        for name in ("textbook", "forking_c"):
            _, port = self.start(name)
            done = self.run_client([str(BINARIES / "lecture_textbook_file_client")], port, "file.bin", self.copy)
            self.assertEqual(done.returncode, 0)
            self.assertEqual(self.copy.read_bytes(), CONTENT, name)

    def test_the_textbook_server_dies_of_a_missing_file(self):
        server, port = self.start("textbook")
        self.assertEqual(self.ask(port, b"missing\0"), b"")
        self.assertEqual(server.wait(PATIENCE_S), 1)

    def test_threads_and_processes_serve_beside_a_silent_client(self):
        for name, request in (("threaded", b"file.bin\n"), ("forking_c", b"file.bin\0")):
            _, port = self.start(name)
            with socket.create_connection(("127.0.0.1", port)):
                self.assertEqual(self.ask(port, request), CONTENT, name)

    def test_the_forking_server_serves_many_files_on_one_connection(self):
        _, port = self.start("forking")
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as sock:
            sock.sendall(b"00000008file.bin" b"00000007missing" b"00000009small.bin")
            sock.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := sock.recv(65536):
                answer += piece
        self.assertEqual(answer, b"00000006179200" + CONTENT + b"00000014ERR 404 no such file" + b"000000014\0\r\n\xff")

    def test_greetings(self):
        for server in ("greeting", "greeting_c"):
            _, port = self.start(server)
            for command in (client("greeting_client.py"), [str(BINARIES / "lecture_greeting_client")]):
                done = self.run_client(command, port)
                self.assertEqual((done.returncode, done.stdout), (0, b"Hello Web Wide World\n"))


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class QuietServer(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        """A client that reads once and leaves is what version 1 is about."""


class Www(Systems):
    def setUp(self):
        super().setUp()
        handler = functools.partial(QuietHandler, directory=str(self.root))
        server = QuietServer(("127.0.0.1", 0), handler)
        self.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)

    def fetch(self, version, path):
        code = self.run_client(client(f"www_client_v{version}.py"), self.port, path, self.copy).returncode
        return code, self.copy.read_bytes() if self.copy.exists() else None

    def test_www_clients_grow(self):
        _, first = self.fetch(1, "file.bin")
        self.assertLess(len(first), len(CONTENT))
        self.assertTrue(first.startswith(b"HTTP/1.0 200 OK\r\n"))
        _, second = self.fetch(2, "file.bin")
        self.assertTrue(second.startswith(b"HTTP/1.0 200 OK\r\n") and second.endswith(CONTENT))
        self.assertEqual(self.fetch(3, "file.bin"), (0, CONTENT))
        self.assertEqual(self.fetch(4, "deep/er/a b.bin?version=4&x=%20"), (0, CONTENT))

    def test_www_version_3_keeps_an_error_page_and_version_4_does_not(self):
        code, page = self.fetch(3, "missing")
        self.assertEqual(code, 0)
        self.assertIn(b"404", page)
        os.remove(self.copy)
        self.assertEqual(self.fetch(4, "missing"), (1, None))

    def test_www_version_4_notices_a_page_cut_short(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]

            def cut_short():
                sock, _ = listener.accept()
                with sock:
                    sock.recv(65536)
                    sock.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

            thread = threading.Thread(target=cut_short)
            thread.start()
            result = self.fetch(4, "file.bin")
            thread.join()
        self.assertEqual(result, (1, None))
        self.assertFalse(pathlib.Path(f"{self.copy}.part").exists())


# Www has its own set-up, but not the tests of the servers again.
for inherited in [name for name in dir(Systems) if name.startswith("test_")]:
    setattr(Www, inherited, None)

if __name__ == "__main__":
    unittest.main()
