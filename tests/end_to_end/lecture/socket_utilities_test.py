"""The lecture's socket utilities, over socket pairs and over a socket that takes and gives one byte at a time."""
import os
import socket
import tempfile
import threading
import unittest

import socket_utilities as utilities


class Miser:
    """A socket at its worst: send() takes three bytes, recv() gives one."""

    def __init__(self, incoming=b""):
        self.incoming = incoming
        self.sent = b""

    def send(self, data):
        self.sent += data[:3]
        return len(data[:3])

    def sendall(self, data):
        self.sent += data

    def recv(self, size):
        assert size > 0
        piece, self.incoming = self.incoming[:1], self.incoming[1:]
        return piece


EVERY_BYTE = bytes(range(256)) * 40


class Sending(unittest.TestCase):
    def test_send_safe_sends_what_one_send_leaves(self):
        miser = Miser()
        utilities.send_safe(miser, EVERY_BYTE)
        self.assertEqual(miser.sent, EVERY_BYTE)

    def test_send_all(self):
        miser = Miser()
        utilities.send_all(miser, b"all of it")
        self.assertEqual(miser.sent, b"all of it")

    def test_send_fixed_fills_with_spaces_and_refuses_what_does_not_fit(self):
        miser = Miser()
        utilities.send_fixed(miser, b"name", 8)
        self.assertEqual(miser.sent, b"name    ")
        with self.assertRaises(ValueError):
            utilities.send_fixed(miser, b"123456789", 8)

    def test_send_delimited_refuses_its_delimiter_inside(self):
        miser = Miser()
        utilities.send_delimited(miser, b"name")
        self.assertEqual(miser.sent, b"name\n")
        with self.assertRaises(ValueError):
            utilities.send_delimited(miser, b"two\nlines")

    def test_send_sized_counts_bytes(self):
        miser = Miser()
        utilities.send_sized(miser, "Hello Web Wide World".encode())
        self.assertEqual(miser.sent, b"00000014Hello Web Wide World")
        utilities.send_sized(miser, b"")
        self.assertTrue(miser.sent.endswith(b"World00000000"))


class Receiving(unittest.TestCase):
    def test_recv_fixed_takes_so_many_and_no_more(self):
        miser = Miser(b"12345678rest")
        self.assertEqual(utilities.recv_fixed(miser, 8), b"12345678")
        self.assertEqual(miser.incoming, b"rest")
        self.assertEqual(utilities.recv_fixed(miser, 0), b"")

    def test_recv_fixed_reports_an_early_end(self):
        with self.assertRaises(ConnectionError):
            utilities.recv_fixed(Miser(b"1234"), 8)

    def test_recv_delimited_leaves_what_follows(self):
        miser = Miser(b"first\nsecond\n")
        self.assertEqual(utilities.recv_delimited(miser), b"first")
        self.assertEqual(utilities.recv_delimited(miser), b"second")
        self.assertEqual(utilities.recv_delimited(Miser(b"name\0rest"), b"\0"), b"name")
        self.assertEqual(utilities.recv_delimited(Miser(b"a\rb\r\n"), b"\r\n"), b"a\rb")

    def test_recv_delimited_has_a_bound_and_reports_an_early_end(self):
        self.assertEqual(utilities.recv_delimited(Miser(b"1234\n"), size_max=4), b"1234")
        with self.assertRaises(ValueError):
            utilities.recv_delimited(Miser(b"12345\n"), size_max=4)
        with self.assertRaises(ConnectionError):
            utilities.recv_delimited(Miser(b"no end"))

    def test_recv_sized(self):
        miser = Miser(b"00000014Hello Web Wide World0000000A0123456789")
        self.assertEqual(utilities.recv_sized(miser), b"Hello Web Wide World")
        self.assertEqual(utilities.recv_sized(miser), b"0123456789")

    def test_recv_sized_refuses_what_is_no_header(self):
        for header in (b"0000zz00", b"+0000004", b"0x000004", b"GET file"):
            with self.assertRaises(ValueError, msg=header):
                utilities.recv_sized(Miser(header + b"abcd"))
        with self.assertRaises(ValueError):
            utilities.recv_sized(Miser(b"ffffffff"))
        with self.assertRaises(ConnectionError):
            utilities.recv_sized(Miser(b"00000008half"))


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.source = os.path.join(folder.name, "source")
        self.copy = os.path.join(folder.name, "copy")
        with open(self.source, "wb") as file:
            file.write(EVERY_BYTE)

    def copied(self):
        with open(self.copy, "rb") as file:
            return file.read()

    def test_a_file_of_known_size_leaves_what_follows(self):
        miser = Miser(EVERY_BYTE + b"next")
        self.assertEqual(utilities.recv_file(miser, self.copy, len(EVERY_BYTE)), len(EVERY_BYTE))
        self.assertEqual(self.copied(), EVERY_BYTE)
        self.assertEqual(miser.incoming, b"next")

    def test_an_early_end_of_known_size_is_an_error(self):
        with self.assertRaises(ConnectionError):
            utilities.recv_file(Miser(b"half"), self.copy, 8)

    def test_over_a_real_connection_to_its_close(self):
        ours, theirs = socket.socketpair()

        def send():
            with theirs:
                utilities.send_file(theirs, self.source)

        sender = threading.Thread(target=send)
        sender.start()
        with ours:
            self.assertEqual(utilities.recv_file(ours, self.copy), len(EVERY_BYTE))
        sender.join()
        self.assertEqual(self.copied(), EVERY_BYTE)


if __name__ == "__main__":
    unittest.main()
