#include "harness/report/explain/advice.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace bftp::report {
namespace {

constexpr std::string_view replies_in_one_place =
    "Build every reply in one place: eight lower-case hexadecimal digits with leading zeros, the length "
    "of the payload in bytes, and then the payload, without a newline.";
constexpr std::string_view python_reply =
    "payload = text.encode()\nsock.sendall(b\"%08x\" % len(payload) + payload)\n";
constexpr std::string_view java_reply =
    "byte[] payload = text.getBytes(UTF_8);\n"
    "out.write(String.format(\"%08x\", payload.length).getBytes(UTF_8));\nout.write(payload);\n";
constexpr std::string_view go_reply =
    "fmt.Fprintf(conn, \"%08x%s\", len(text), text)   // len() counts bytes\n";
constexpr std::string_view c_reply =
    "char message[8 + sizeof text];\n"
    "int size = snprintf(message, sizeof message, \"%08zx%s\", strlen(text), text);\n";
constexpr std::string_view python_receive =
    "def recv_exactly(sock, size):\n"
    "    data = b\"\"\n"
    "    while len(data) < size:\n"
    "        piece = sock.recv(size - len(data))\n"
    "        if not piece:\n"
    "            raise ConnectionError(\"the client left\")\n"
    "        data += piece\n"
    "    return data\n";
constexpr std::string_view java_receive =
    "byte[] data = new DataInputStream(socket.getInputStream()).readNBytes(size);\n"
    "if (data.length < size) throw new EOFException(\"the client left\");\n";
constexpr std::string_view go_receive = "data := make([]byte, size)\n_, err := io.ReadFull(conn, data)\n";
constexpr std::string_view c_receive =
    "while (size > 0) {\n"
    "  ssize_t got = recv(client, data, size, 0);\n"
    "  if (got <= 0) return -1;  /* the client left, or an error */\n"
    "  data += got, size -= got;\n"
    "}\n";
constexpr std::string_view c_send =
    "while (size > 0) {\n"
    "  ssize_t sent = send(client, data, size, MSG_NOSIGNAL);\n"
    "  if (sent < 0) return -1;\n"
    "  data += sent, size -= sent;\n"
    "}\n";

const std::map<Mistake, Advice>& table() {
  static const std::map<Mistake, Advice> advice{
      {Mistake::sends_once,
       {"One call moves only a part: read() fills one buffer, and send() and write() may take less than they "
        "are given, and say by their result how much. A server that looks at neither result nor rest sends "
        "the beginning only.",
        "Read until the file's end, and send until nothing is left.",
        "sock.sendall(data)          # not sock.send(data)\n",
        "out.write(data, 0, count);  // of an OutputStream: sends all; a SocketChannel needs a loop\n",
        "_, err = io.Copy(conn, file)\n", c_send}},
      {Mistake::receives_once,
       {"recv() gives what has arrived so far: a part, everything, or more than one message. A server that "
        "calls it once and takes the result for the whole loses the rest, and then takes the rest for the "
        "next request.",
        "Receive until the agreed number of bytes is there, and not one byte more.", python_receive,
        java_receive, go_receive, c_receive}},
      {Mistake::text_mode,
       {"The file is treated as text on its way: opened in text mode, decoded and encoded again, or handled "
        "by functions that stop at a NUL byte (strlen, %s). Text without special characters survives that, "
        "everything else changes.",
        "Treat files as bytes from end to end, and count bytes, not characters.",
        "with open(path, \"rb\") as file:   # never \"r\", never .decode() on content\n",
        "InputStream in = Files.newInputStream(path);   // not a Reader, not a String\n",
        "file, err := os.Open(path)   // and io.Copy; no string, no Scanner\n",
        "FILE *file = fopen(path, \"rb\");\nsize_t count = fread(buffer, 1, sizeof buffer, file);\n"
        "/* send `count` bytes: never strlen(buffer) */\n"}},
      {Mistake::stops_at_nul,
       {"Files that hold a 00 byte fail, each at its first one, and the others come whole: the content is "
        "handled as a C string, which ends at the first 00 byte (strlen, strcpy, fgets with fputs, %s).",
        "Keep the number of bytes that read() or fread() returned, and send so many. Do not measure content.",
        "sock.sendall(data)   # bytes know their length; do not cut at b\"\\0\"\n",
        "out.write(buffer, 0, count);   // the count of read(), not the place of a 0\n",
        "conn.Write(buffer[:n])   // the n of Read, not the place of a 0\n",
        "size_t count = fread(buffer, 1, sizeof buffer, file);\n"
        "send_all(client, buffer, count);   /* not strlen(buffer) */\n"}},
      {Mistake::shared_state,
       {"Something belongs to all clients that should belong to one: a global buffer, file, name or current "
        "folder. While one client is served alone all goes well; two at once overwrite each other's.",
        "Make buffer, file, name and folder local to the function or object that serves one connection.",
        "def serve(sock):\n    name = ...   # local; no `global`\n",
        "class Session implements Runnable { private final byte[] buffer = ...; }   // not static\n",
        "go func(conn net.Conn) { buffer := make([]byte, 65536); ... }(conn)\n",
        "void *serve(void *client) {\n  char buffer[65536];  /* local; not static, not global */\n"}},
      {Mistake::sends_another_file,
       {"Another file was sent, whole and unchanged. Either the name is looked up wrongly (cut off, compared "
        "by its beginning only, found under the wrong key of a cache), or name, path or open file belong to "
        "all clients, and another request sets them before the file is sent.",
        "Look the whole name up, and keep name, path and file in variables of the one connection.",
        "def serve(sock):\n    name = ...   # local; no `global`\n",
        "class Session implements Runnable { private String name; }   // not static\n",
        "go func(conn net.Conn) { name := ...; ... }(conn)\n",
        "void *serve(void *client) {\n  char name[4096];  /* local; not static, not global */\n"}},
      {Mistake::one_client_at_a_time,
       {"The server serves one client to its end before it accepts the next. A slow client makes all others "
        "wait.",
        "Give each connection a thread (or a process, or use select/epoll), and go back to accept() at once. "
        "If each has one already, look for a lock that is held while one client is served, and for a pool "
        "with too few threads.",
        "while True:\n    sock, _ = listener.accept()\n"
        "    threading.Thread(target=serve, args=(sock,), daemon=True).start()\n",
        "while (true) {\n  Socket socket = listener.accept();\n  new Thread(() -> "
        "serve(socket)).start();\n}\n",
        "for {\n\tconn, err := listener.Accept()\n\tif err != nil { return err }\n\tgo serve(conn)\n}\n",
        "for (;;) {\n  int client = accept(listener, NULL, NULL);\n"
        "  pthread_create(&thread, NULL, serve, (void *)(intptr_t)client);\n  pthread_detach(thread);\n}\n"}},
      {Mistake::takes_too_long,
       {"This file came to nobody in time while others came, and the server computed all the while: what it "
        "does for this file takes too long. Most often the content is put together or taken apart byte by "
        "byte or piece by piece (text = text + piece copies everything each time), so that a file twice as "
        "long takes four times as long. A file that takes too much memory looks the same where a collector "
        "works against it.",
        "Do not hold the file: read a piece, send it, and go on with the next.",
        "while piece := file.read(65536):\n    sock.sendall(piece)   # no data = data + piece\n",
        "in.transferTo(out);   // no text = text + piece, no byte by byte\n",
        "_, err = io.Copy(conn, file)\n",
        "while ((count = read(file, buffer, sizeof buffer)) > 0) send_all(client, buffer, count);\n"}},
      {Mistake::leaves_its_folder,
       {"The server joins its folder and the name that it was sent, and opens what comes out. A name may "
        "climb out by '..', one that begins with '/' may replace the folder, and a symbolic link may lead "
        "anywhere.",
        "Resolve the joined path, '..' and links included, and refuse what does not lie below the folder. "
        "Compare with the folder and a slash behind it: /srv/root-old begins with /srv/root.",
        "root = os.path.realpath(root)\n"
        "path = os.path.realpath(os.path.join(root, name.lstrip(\"/\")))\n"
        "if not path.startswith(root + os.sep):\n    raise PermissionError(name)\n",
        "Path root = Path.of(folder).toRealPath();\n"
        "Path path = root.resolve(name.replaceFirst(\"^/+\", \"\")).toRealPath();\n"
        "if (!path.startsWith(root)) throw new AccessDeniedException(name);\n",
        "root, err := filepath.EvalSymlinks(folder)\n"
        "path, err := filepath.EvalSymlinks(filepath.Join(root, name))\n"
        "if err != nil || !strings.HasPrefix(path, root+\"/\") { return os.ErrPermission }\n",
        "char path[PATH_MAX];  /* root: from realpath(), too */\n"
        "if (realpath(joined, path) == NULL) return -1;\n"
        "size_t length = strlen(root);\n"
        "if (strncmp(path, root, length) != 0 || path[length] != '/') return -1;\n"}},
      {Mistake::serves_once,
       {"The server serves one connection and ends: accept() is called once.",
        "Put accept() and all that follows into a loop.",
        "while True:\n    sock, _ = listener.accept()\n    serve(sock)\n",
        "while (true) serve(listener.accept());\n",
        "for {\n\tconn, err := listener.Accept()\n\tif err != nil { return err }\n\tgo serve(conn)\n}\n",
        "for (;;) {\n  int client = accept(listener, NULL, NULL);\n  serve(client);\n  close(client);\n}\n"}},
      {Mistake::stops_accepting,
       {"Nobody accepts connections any more: the accept loop ended or is held up by one client, or the "
        "backlog (the argument of listen()) is full.",
        "Keep the loop around accept() free of anything that waits for one client or fails with it, and ask "
        "listen() for a backlog of 128.",
        "listener.listen(128)\n", "new ServerSocket(port, 128)\n", "", "listen(listener, 128);\n"}},
      {Mistake::client_ends_server,
       {"An error that concerns one client ends the whole server: an exception nobody caught, exit(), or an "
        "access to memory that is not there.",
        "Let an error end the one connection, and nothing else. Check every result before it is used: a file "
        "that does not exist, a name that is too long, a client that left.",
        "try:\n    serve(sock)\nexcept (OSError, ValueError) as error:\n    print(error, file=sys.stderr)\n"
        "finally:\n    sock.close()\n",
        "try (socket) {\n  serve(socket);\n} catch (IOException error) {\n  System.err.println(error);\n}\n",
        "if err != nil {\n\tlog.Print(err)   // not log.Fatal, not panic\n\treturn\n}\n",
        "if (file < 0) { close(client); continue; }  /* not exit(1) */\n"}},
      {Mistake::runs_out_of_memory,
       {"The server ran out of memory and ended (its own last lines say so), or had more than it may have "
        "and was ended. Either something of each transfer stays (a list, map, cache or log that only grows), "
        "or each transfer holds a whole file in memory, and several of them are too much.",
        "Read and send in pieces, and let go of everything when its connection is over. If memory.leak "
        "failed as well, it is the first of the two. More memory for the server only puts the end off.",
        "while piece := file.read(65536):\n    sock.sendall(piece)\n", "in.transferTo(out);\n",
        "_, err = io.Copy(conn, file)\n",
        "while ((count = read(file, buffer, sizeof buffer)) > 0) send_all(client, buffer, count);\n"}},
      {Mistake::kills_its_parent,
       {"The harness runs the server under a guard process, so that nothing of it stays behind. Somebody "
        "killed that guard, and the system ended the server with it. Most likely it was the server: by a "
        "signal to its parent (getppid()), or to its whole process group. Another program or a person may "
        "have done it, too; then it does not happen again.",
        "Send signals only to processes that the server started itself, by their ids. kill() with 0 or a "
        "negative number reaches whole groups; with -1, everybody.",
        "child.terminate()   # not os.kill(os.getppid(), ...), not os.killpg(0, ...)\n", "child.destroy();\n",
        "command.Process.Signal(syscall.SIGTERM)\n",
        "if (child > 0) kill(child, SIGTERM);   /* -1 of a failed fork() would reach everybody */\n"}},
      {Mistake::writes_to_closed,
       {"A client went away while the server was sending. The system tells a server that by SIGPIPE, and "
        "that ends a program that does not expect it.",
        "Ignore SIGPIPE; send() then fails with EPIPE, which ends this one connection.", "", "", "",
        "signal(SIGPIPE, SIG_IGN);   /* once, at the start */\n"}},
      {Mistake::unread_when_closing,
       {"The connection was cut off by a reset (RST). Either the process or thread that served this client "
        "died, or the server closed a socket that still held bytes it had not read, or one with SO_LINGER "
        "and a time of 0: then the system throws away what is still on its way to the client.",
        "Look at the server's own output first. If nothing died: read the request to its end before you "
        "close, and end with shutdown(). Take SO_LINGER with a time of 0 out: it makes close() throw away "
        "what was not delivered, and reset the connection.",
        "sock.shutdown(socket.SHUT_WR)   # says \"that was all\"\nwhile sock.recv(4096): "
        "pass\nsock.close()\n",
        "socket.shutdownOutput();\nsocket.getInputStream().skip(Long.MAX_VALUE);\nsocket.close();\n",
        "conn.(*net.TCPConn).CloseWrite()\nio.Copy(io.Discard, conn)\nconn.Close()\n",
        "shutdown(client, SHUT_WR);\nwhile (recv(client, buffer, sizeof buffer, 0) > 0) "
        "{}\nclose(client);\n"}},
      {Mistake::hangs_up_at_once,
       {"The server closed or reset the connection without a single byte. It did not understand the request, "
        "did not find the file, or an error ended the thread or process that served this client.",
        "Print the request as it arrived (repr() in Python, %s between quotes in C) and compare it with the "
        "protocol. Check the path that is opened: it must begin at the served folder ({root}).",
        "print(repr(request), os.path.join(root, name), file=sys.stderr, flush=True)\n", "", "",
        "fprintf(stderr, \"request '%s'\\n\", request);\n"}},
      {Mistake::malformed_reply,
       {"What came is no reply of this protocol: a reply without its header, a header with the wrong number "
        "of digits (\"%x\" instead of \"%08x\") or with the wrong length, or the two sides are out of step "
        "because an earlier request or stream was not read to its last byte.",
        replies_in_one_place, python_reply, java_reply, go_reply, c_reply}},
      {Mistake::other_header,
       {"A reply came, but the length in front of it is not written in eight hexadecimal digits: too few of "
        "them (\"%04x\", \"%x\"), blanks in place of leading zeros (\"%8x\"), \"0x\" or a separator, or "
        "the number itself in bytes that are no text (struct.pack, htonl).",
        replies_in_one_place, python_reply, java_reply, go_reply, c_reply}},
      {Mistake::other_dialect,
       {"The server answers in another protocol than the harness was told to speak.",
        "Name the server's protocol with --dialect ('bftp-torture list dialects' shows all), or speak BFTP.",
        "", "", "", ""}},
      {Mistake::size_in_characters,
       {"The size that was announced is not the file's. It is counted in characters instead of bytes, taken "
        "after the content was changed (decoded, line ends translated), or off by one.",
        "Announce the size of the file on disk in bytes, and send exactly so many.",
        "size = os.path.getsize(path)        # not len(text)\n",
        "long size = Files.size(path);   // not text.length()\n",
        "info, err := file.Stat()\nsize := info.Size()\n",
        "struct stat info;\nfstat(file, &info);   /* info.st_size */\n"}},
      {Mistake::size_beyond_any_file,
       {"The size that was announced is larger than any file: a number that was never set, a result of -1 or "
        "an overflow that is taken for a length, or an end that the server does not know.",
        "Announce the size of the file on disk in bytes, and send exactly so many.",
        "size = os.path.getsize(path)\n", "long size = Files.size(path);\n",
        "info, err := file.Stat()\nsize := info.Size()\n",
        "struct stat info;\nif (fstat(file, &info) < 0) return -1;   /* then info.st_size */\n"}},
      {Mistake::sends_too_much,
       {"More bytes came than the file has: the whole buffer is sent although the last piece fills only a "
        "part of it, a newline or NUL is added, or line ends are translated.",
        "Send what was read, not what there is room for.",
        "while piece := file.read(65536):\n    sock.sendall(piece)\n",
        "int count;\nwhile ((count = in.read(buffer)) > 0) out.write(buffer, 0, count);   // not "
        "write(buffer)\n",
        "n, err := file.Read(buffer)\nconn.Write(buffer[:n])   // not Write(buffer)\n",
        "while ((count = read(file, buffer, sizeof buffer)) > 0)\n  send_all(client, buffer, count);   /* "
        "not "
        "sizeof buffer */\n"}},
      {Mistake::silent,
       {"The server took the request and said nothing. Most often it still waits for bytes: a loop that "
        "receives until the connection closes, or until a newline that this protocol does not have. Or it "
        "serves another client first, or waits for a lock.",
        "Receive exactly as much as the protocol says is there, then answer.", python_receive, java_receive,
        go_receive, c_receive}},
      {Mistake::no_last_chunk,
       {"In the chunked coding only the last chunk, of size 0, tells that the content is over. Without it a "
        "client has to take the file for one that was broken off.",
        "Send the last chunk and an empty line after the content, or announce Content-Length instead of the "
        "chunked coding.",
        "sock.sendall(b\"0\\r\\n\\r\\n\")\n", "out.write(\"0\\r\\n\\r\\n\".getBytes(US_ASCII));\n",
        "io.WriteString(conn, \"0\\r\\n\\r\\n\")\n", "send_all(client, \"0\\r\\n\\r\\n\", 5);\n"}},
      {Mistake::loses_the_tail,
       {"The last bytes never came. The last piece, which is shorter than the buffer, was not sent; or a "
        "buffered stream was not flushed; or more was announced than there is.",
        "Send the last, shorter piece too, and flush what is buffered.",
        "file.flush()   # if the socket was wrapped by makefile()\n",
        "out.flush();   // BufferedOutputStream keeps the tail\n",
        "writer.Flush()   // bufio.Writer keeps the tail\n", "fflush(stream);   /* fdopen() buffers */\n"}},
      {Mistake::does_not_close,
       {"All bytes came, but the connection stayed open. In this protocol only the close tells the client "
        "that the file is over.",
        "Close the connection after the last byte, also when the file could not be sent.",
        "with sock:\n    serve(sock)   # closed in any case\n", "try (socket) { serve(socket); }\n",
        "defer conn.Close()\n", "close(client);   /* and in a forking server in the parent, too */\n"}},
      {Mistake::refuses,
       {"The server refused a request for a file that exists. The text of its refusal says why.",
        "Take everything behind the verb's space as the path, spaces and UTF-8 included, and look it up "
        "below the served folder.",
        "verb, _, path = request.partition(\" \")   # not split()\nfull = os.path.join(root, "
        "path.lstrip(\"/\"))\n",
        "String[] parts = request.split(\" \", 2);\nPath full = root.resolve(parts[1]);\n",
        "verb, path, _ := strings.Cut(request, \" \")\nfull := filepath.Join(root, path)\n",
        "char *path = strchr(request, ' ') + 1;   /* not sscanf(\"%s\"), which stops at a space */\n"}},
      {Mistake::refuses_a_name,
       {"The server refused a request for a file that exists. If it sent a text, that says why.",
        "Take the whole name, as long as it is told or until its end mark, spaces and UTF-8 included, and "
        "look it up below the served folder.",
        "full = os.path.join(root, name.lstrip(\"/\"))   # the whole name; no split(), no strip()\n",
        "Path full = root.resolve(name);   // new String(bytes, UTF_8); no split(\" \")\n",
        "full := filepath.Join(root, name)   // no strings.Fields\n",
        "/* not sscanf(\"%s\"), which stops at a space */\n"
        "snprintf(full, sizeof full, \"%s/%s\", root, name);\n"}},
      {Mistake::refuses_empty,
       {"Only empty files were refused. An empty file is a file, of 0 bytes: somewhere a size, a content or "
        "a read() of 0 is taken for a file that is not there, or for an error.",
        "Ask whether the file is there, not whether it holds something. An empty file is announced with 0, "
        "and no content follows.",
        "if not os.path.isfile(path): ...   # not `if not data`, not `if not os.path.getsize(path)`\n",
        "if (!Files.isRegularFile(path)) ...   // not: if (Files.size(path) == 0)\n",
        "info, err := os.Stat(path)\nif err != nil { ... }   // not: if info.Size() == 0\n",
        "if (stat(path, &info) != 0) ...   /* not: if (info.st_size == 0) */\n"}},
      {Mistake::refuses_in_http,
       {"The server refused a request for a file that exists. Its status says why. Names with spaces or "
        "UTF-8 come percent-encoded: 'a b' as 'a%20b'.",
        "Take what stands between the method and the version, cut off a '?' and what follows, decode the "
        "percent signs, and look the name up below the served folder.",
        "path = urllib.parse.unquote(target.partition(\"?\")[0])\n",
        "String path = new URI(target).getPath();   // decoded\n", "path := request.URL.Path   // decoded\n",
        "/* for each %XX in the target: the byte with that number */\n"}},
      {Mistake::put_not_in_place,
       {"The server said OK to a PUT, but what it gives back is not what was sent: the file was not closed "
        "yet, is stored under another name, or a part is missing.",
        "Receive all bytes into a temporary file, close it, rename it, and only then answer.",
        "with open(part, \"wb\") as file: ...\nos.replace(part, path)\nreply(sock, f\"OK {size}\")\n",
        "Files.move(part, path, ATOMIC_MOVE, REPLACE_EXISTING);\nreply(\"OK \" + size);\n",
        "file.Close()\nos.Rename(part, path)\n", "close(file);\nrename(part, path);\n"}},
      {Mistake::does_not_replace,
       {"A PUT onto a name that does not exist is stored right, one onto a name that exists is not: the new "
        "content is put behind the old (opened for appending: \"a\", O_APPEND), or written over it without "
        "cutting off the rest (no O_TRUNC, \"r+\").",
        "Receive into a new file of another name and rename it over the old one when it is whole: then "
        "nobody ever sees a part (clause 4.8).",
        "with open(part, \"wb\") as file: ...   # not \"ab\", not \"r+b\"\nos.replace(part, path)\n",
        "OutputStream out = Files.newOutputStream(part);   // no APPEND\n"
        "Files.move(part, path, ATOMIC_MOVE, REPLACE_EXISTING);\n",
        "file, err := os.Create(part)   // not os.O_APPEND\nos.Rename(part, path)\n",
        "int file = open(part, O_WRONLY | O_CREAT | O_TRUNC, 0644);   /* not O_APPEND */\nrename(part, "
        "path);\n"}},
      {Mistake::keeps_descriptors,
       {"A socket or file stays open after each transfer. Some hundred transfers later the system gives no "
        "more (EMFILE), and the server stands still.",
        "Close both socket and file on every way out, errors included.",
        "with sock, open(path, \"rb\") as file:\n    ...\n",
        "try (socket; InputStream in = Files.newInputStream(path)) { ... }\n",
        "defer conn.Close()\ndefer file.Close()\n",
        "close(file);\nclose(client);   /* in a forking server in the parent, too */\n"}},
      {Mistake::keeps_zombies,
       {"Child processes that ended were never waited for.", "Collect them.",
        "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n", "", "",
        "signal(SIGCHLD, SIG_IGN);   /* or waitpid(-1, NULL, WNOHANG) in the accept loop */\n"}},
      {Mistake::keeps_threads,
       {"Threads do not end with the clients that they served.",
        "Let the thread's function return when its connection is over: recv() that returns 0 is the end.",
        "piece = sock.recv(4096)\nif not piece:\n    return\n", "if (in.read(buffer) < 0) return;\n",
        "if _, err := io.ReadFull(conn, header); err != nil {\n\treturn\n}\n",
        "if (got <= 0) return NULL;\n"}},
      {Mistake::keeps_memory,
       {"Each transfer leaves memory behind: a list, map or log that only grows, a thread that was neither "
        "joined nor detached (its stack stays), or memory that is never "
        "freed.",
        "Look for what is appended to or allocated for each connection, and let go of it when the connection "
        "ends.",
        "", "", "",
        "free(buffer);   /* on every way out; valgrind or -fsanitize=address names the place */\n"}},
      {Mistake::spins,
       {"The server computes while nothing happens: a loop that asks again and again instead of waiting, "
        "often around a socket that is set not to block, or around a recv() that returns 0.",
        "Wait in a call that blocks (accept, recv, select, epoll_wait), and treat a recv() of 0 bytes as the "
        "end.",
        "", "", "", ""}},
      {Mistake::two_small_writes,
       {"Header and content are sent in two small writes. Nagle's algorithm holds the second back until the "
        "first is acknowledged, and the client's system delays that by 40 ms. If Nagle's algorithm is off "
        "already, the server sleeps or waits for a lock.",
        "Send both in one piece, or turn Nagle's algorithm off. Look for sleep().",
        "sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)\n", "socket.setTcpNoDelay(true);\n", "",
        "setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);\n"}},
      {Mistake::ignores_sigterm,
       {"The server ignores SIGTERM, or waits then for a client that says nothing or for the thread that "
        "reads from it.",
        "Handle SIGTERM, let transfers finish for a moment, and exit with status 0 whoever is still "
        "connected.",
        "# sys.exit() would wait for threads that are no daemons\n"
        "signal.signal(signal.SIGTERM, lambda *_: os._exit(0))\n",
        "Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0)));\n",
        "signals := make(chan os.Signal, 1)\nsignal.Notify(signals, syscall.SIGTERM)\n"
        "go func() { <-signals; os.Exit(0) }()\n",
        "static void stop(int number) { (void)number; _exit(0); }\nsignal(SIGTERM, stop);\n"}},
      {Mistake::program_not_found,
       {"The command names a program or file that is not there, or that may not be executed.",
        "Give its full path, or start bftp-torture in the folder where it lies. A script needs its "
        "interpreter in front (python3 server.py), a C program must be compiled first.",
        "", "", "", ""}},
      {Mistake::wrong_arguments,
       {"The server did not accept its arguments.",
        "Write the command as you would type it, with {port} where your server takes its port and {root} "
        "where it takes its folder: --server 'python3 server.py {port} {root}', or with the options it has.",
        "port, root = int(sys.argv[1]), sys.argv[2]\n", "int port = Integer.parseInt(args[0]);\n",
        "port := flag.Int(\"port\", 12345, \"\")\n", "int port = atoi(argv[1]);\n"}},
      {Mistake::missing_module,
       {"The server needs a module or library that is not installed for this interpreter.",
        "Install it, name the interpreter that has it (.venv/bin/python server.py), or do without.", "", "",
        "", ""}},
      {Mistake::does_not_compile,
       {"The program has an error that keeps it from starting at all.",
        "Mend the line that the message names.", "", "", "", ""}},
      {Mistake::ends_at_once,
       {"The program ran to its end without an error: nothing in it listens for clients, or the loop around "
        "accept() is missing.",
        "Open a port, and then wait for clients in a loop that never ends.",
        "listener = socket.create_server((\"127.0.0.1\", int(sys.argv[1])))\n"
        "while True:\n    client, address = listener.accept()\n    client.close()\n",
        "ServerSocket listener = new ServerSocket(port);\nwhile (true) serve(listener.accept());\n",
        "listener, err := net.Listen(\"tcp\", address)\nfor {\n\tconn, err := listener.Accept()\n\t...\n}\n",
        "listen(listener, 128);\nfor (;;) {\n  int client = accept(listener, NULL, NULL);\n  ...\n}\n"}},
      {Mistake::error_at_start,
       {"The server ended before it listened. What it printed, if anything, stands above and says why.",
        "Start it by hand with the command below and mend what it complains about.", "", "", "", ""}},
      {Mistake::port_in_use,
       {"Another program has the port, or the server ran a moment ago and did not ask to use the port again.",
        "Take the port from the command ({port}), and set SO_REUSEADDR before bind().",
        "listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)\n",
        "listener.setReuseAddress(true);   // before bind()\n", "",
        "setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);\n"}},
      {Mistake::port_not_taken,
       {"The server listens on a port of its own choice, not on the one it was told.",
        "Take the port from the command line, and put {port} where the server expects it.",
        "port = int(sys.argv[1])\n", "int port = Integer.parseInt(args[0]);\n", "port := os.Args[1]\n",
        "int port = atoi(argv[1]);\n"}},
      {Mistake::wrong_address,
       {"The server listens on an address where clients of 127.0.0.1 do not reach it.",
        "Listen on all addresses, or on 127.0.0.1.", "listener.bind((\"\", port))\n",
        "new ServerSocket(port)\n", "net.Listen(\"tcp\", \":\"+port)\n",
        "address.sin_addr.s_addr = htonl(INADDR_ANY);\n"}},
      {Mistake::never_listens,
       {"The server runs, but no port was opened. It may wait for input (input(), scanf), be busy before it "
        "listens, have left out listen(), or listen on a port only after something else has happened.",
        "Call socket, bind and listen before anything that can wait. Nothing is typed into the server: its "
        "standard input is empty.",
        "listener = socket.create_server((\"127.0.0.1\", port))\n",
        "ServerSocket listener = new ServerSocket(port);\n",
        "listener, err := net.Listen(\"tcp\", address)\n",
        "bind(listener, (struct sockaddr *)&address, sizeof address);\nlisten(listener, 128);\n"}},
  };
  return advice;
}

/// The last part of a path.
std::string_view last_part(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

/// Whether a word of the command is a program whose name begins so ("python" also is python3.11), or a file
/// of that ending.
bool has_program_or_file(const plan::Plan& plan, std::initializer_list<std::string_view> programs,
                         std::initializer_list<std::string_view> endings) {
  const auto& words = plan.server.argv_template;
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    const std::string_view name = last_part(word);
    return std::any_of(programs.begin(), programs.end(),
                       [&](std::string_view program) {
                         const std::string_view rest =
                             name.starts_with(program) ? name.substr(program.size()) : "?";
                         return rest.find_first_not_of("0123456789.") == std::string_view::npos;
                       }) ||
           std::any_of(endings.begin(), endings.end(),
                       [&](std::string_view ending) { return name.ends_with(ending); });
  });
}

Language language_of_command(const plan::Plan& plan) {
  if (has_program_or_file(plan, {"python", "pypy"}, {".py"})) return Language::python;
  if (has_program_or_file(plan, {"java"}, {".jar", ".class", ".java"})) return Language::java;
  if (has_program_or_file(plan, {"go"}, {".go"})) return Language::go;
  const bool other =
      has_program_or_file(plan,
                          {"node", "nodejs", "deno", "bun", "perl", "ruby", "php", "lua", "tclsh", "dotnet",
                           "mono", "bash", "sh"},
                          {".js", ".mjs", ".ts", ".pl", ".rb", ".php", ".lua", ".tcl", ".dll", ".sh"});
  return other ? Language::other : Language::c;
}

}  // namespace

Language language_of(const record::RunRecord& record) {
  switch (record.server_runtime.kind) {
    case record::RuntimeKind::hotspot:
      return Language::java;
    case record::RuntimeKind::go:
      return Language::go;
    case record::RuntimeKind::cpython:
      return Language::python;
    case record::RuntimeKind::dotnet:
    case record::RuntimeKind::v8:
    case record::RuntimeKind::ruby:
      return Language::other;
    case record::RuntimeKind::unknown:
      break;
  }
  return language_of_command(record.plan);
}

std::string_view Advice::code(Language language) const {
  switch (language) {
    case Language::python:
      return python;
    case Language::java:
      return java;
    case Language::go:
      return go;
    case Language::c:
      return c;
    case Language::other:
      break;
  }
  return {};
}

const Advice& advice_for(Mistake mistake) {
  static const Advice nothing{};
  const auto found = table().find(mistake);
  return found == table().end() ? nothing : found->second;
}

}  // namespace bftp::report
