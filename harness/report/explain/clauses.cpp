#include "harness/report/explain/clauses.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace bftp::report {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 47> clauses{{
    {"1.2",
     "A message is eight hexadecimal digits, which count the bytes that follow, and then those bytes."},
    {"1.3", "A sender writes the digits of a header in lower case; a receiver takes either case."},
    {"1.4", "A message may arrive in any number of pieces, and one piece may hold several messages."},
    {"1.5", "A stream is raw bytes without a header; its exact length was agreed in the message before it."},
    {"1.6",
     "A header that is not eight hexadecimal digits is answered ERR 400, and the connection is closed."},
    {"2.2", "A reply is OK, OK and a detail, or ERR with a code and a text."},
    {"2.3", "After ERR the connection stays open, and the next request is answered as usual."},
    {"2.4", "A client may send further requests before it has read the replies; they are answered in order."},
    {"2.5", "Each connection has a current folder of its own, which it shares with no other."},
    {"2.6",
     "A client may leave at any point; the server forgets that client and goes on serving all others."},
    {"3.1", "The served folder is '/' to clients, and '..' at the root is answered ERR 403."},
    {"3.2",
     "Nothing outside the served folder is read, written, listed or deleted, neither by '..' nor by a link."},
    {"3.3", "A name has at most 255 bytes of UTF-8; a NUL byte anywhere in a request is answered ERR 400."},
    {"4", "Every server has GET, PUT, LIST, PWD, CD, DELETE and QUIT."},
    {"4.1", "GET path is answered with OK size, and then exactly that many bytes: the file, unchanged."},
    {"4.2",
     "PUT size path is answered OK; the client sends that many bytes; the server answers OK size once the "
     "file is in place."},
    {"4.3", "LIST is answered with OK size and a line for each entry: F size name, or D 0 name."},
    {"4.4", "PWD is answered with OK and the current folder."},
    {"4.5", "CD path is answered with OK and the new current folder, as PWD would give it."},
    {"4.6", "DELETE path removes a file, and is answered OK."},
    {"4.7", "QUIT is answered OK, and then the server closes."},
    {"4.8",
     "A file is replaced whole: whoever reads it meanwhile gets the old content or the new, never a part; "
     "and a PUT that is broken off changes nothing."},
    {"4.9",
     "A server that refuses a PUT answers ERR in place of the first OK, and the client sends nothing."},
    {"4.10", "A GET that has begun sends the content it announced, even if the file is replaced meanwhile."},
    {"4.11", "An empty file is a file: GET answers OK 0 and sends nothing more."},
    {"4.12",
     "A server that cannot finish a PUT answers ERR, and the old content stays; one that cannot finish a GET "
     "closes the connection."},
    {"4.13", "Each kind of refusal has its code: 400, 403, 404, 405, 409."},
    {"5", "A server may have none of the extended verbs; it answers ERR 405 to those that it does not have."},
    {"5.1", "FEAT is answered OK and the extended verbs that the server has, separated by spaces."},
    {"5.2", "SIZE path is answered OK and the number of bytes."},
    {"5.3", "HASH path is answered OK and the SHA-256 of the file, in 64 lower-case hexadecimal digits."},
    {"5.4", "MKDIR makes a folder, RMDIR removes an empty one; both are answered OK."},
    {"5.5",
     "MOVE n from to gives a file another name; n is the length of from in bytes, and what is at to is "
     "replaced."},
    {"5.6", "RANGE offset length path is answered OK n, and the n bytes that there are of that part."},
    {"6.1", "One client, whatever it does or leaves undone, does not keep others from being served."},
    {"6.2", "A server that is started again at once listens on the same port again."},
    {"6.3", "On SIGTERM a server ends within 5 seconds with exit status 0."},
    {"6.4",
     "A server listens on the port that it was given, and says so on its first line: listening on "
     "HOST:PORT."},
    {"7.1", "The client sends a name and a NUL byte; the server sends the file and closes."},
    {"7.2", "The client sends a name and nothing else; the server sends the file and closes."},
    {"7.3", "The client sends a name and a newline; the server sends the file and closes."},
    {"7.4",
     "The client sends a name filled up with spaces to 40 bytes; the server sends the file and closes."},
    {"7.5", "The client sends a message with the name; the server answers with one message, the file."},
    {"7.6",
     "The client sends a message with the name; the server answers with a message that holds the size, and "
     "then exactly that many bytes. The connection serves any number of files."},
    {"7.7", "HTTP: a status line, header lines, an empty line, and then the file."},
    {"7.8", "FTP (RFC 959), in passive mode and binary type."},
    {"RFC 1945, 12.5",
     "An HTTP server that maps URIs to files refuses '..' wherever it leads out of what it is to serve."},
}};

}  // namespace

std::string_view clause_in_words(std::string_view clause) {
  const auto* const found =
      std::find_if(clauses.begin(), clauses.end(), [&](const auto& entry) { return entry.first == clause; });
  return found == clauses.end() ? std::string_view() : found->second;
}

}  // namespace bftp::report
