"""pyftpdlib with one fault: CWD is answered in order and changes nothing. usage: stays_in_its_folder.py PORT ROOT"""
import sys

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer


class StaysInItsFolder(FTPHandler):
    def ftp_CWD(self, path):
        self.respond("250 changed")


authorizer = DummyAuthorizer()
authorizer.add_anonymous(sys.argv[2], perm="elradfmwMT")
StaysInItsFolder.authorizer = authorizer
FTPServer(("127.0.0.1", int(sys.argv[1])), StaysInItsFolder).serve_forever()
