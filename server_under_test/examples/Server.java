import java.io.*;
import java.net.*;
import java.nio.ByteBuffer;
import java.nio.channels.*;
import java.nio.charset.*;
import java.nio.file.*;
import java.util.*;

/**
 * A BFTP/1 server with the core verbs, in Java 17: java Server.java --port PORT --root FOLDER [--host ADDRESS]
 *
 * <p>docs/write-a-server.md explains the way to it; numbers in comments are clauses of docs/protocol.md. Each client has a
 * thread of its own, so that none waits for another (6.1).
 */
public final class Server {
  static final int MESSAGE_MAX = 65536; // bytes, 1.4
  static final int NAME_MAX = 255; // bytes, 3.3
  static final int LINKS_MAX = 40; // symbolic links on one path, as in the kernel
  static final String PART = ".part-"; // the folder of unfinished uploads begins like this; clients never see it

  /** Answered as ERR code text; the connection goes on (2.3). */
  static final class Refusal extends Exception {
    final int code;

    Refusal(int code, String text) {
      super(text, null, false, false);
      this.code = code;
    }
  }

  /** One client's connection. */
  static final class Session implements Runnable {
    final SocketChannel socket;
    final InputStream in;
    final Path root;
    final Path uploads;
    List<String> folder = List.of(); // names from the root; each session has its own (2.5)
    boolean open = true;

    Session(SocketChannel socket, Path root, Path uploads) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.socket().getInputStream(), MESSAGE_MAX);
      this.root = root;
      this.uploads = uploads;
    }

    // ---- messages (1)

    byte[] receive(int size) throws IOException {
      byte[] data = in.readNBytes(size); // loops over read(), which gives what has come so far, be it one byte
      if (data.length < size) throw new EOFException("the client left");
      return data;
    }

    void send(byte[]... parts) throws IOException {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (byte[] part : parts) all.write(part);
      ByteBuffer left = ByteBuffer.wrap(all.toByteArray());
      while (left.hasRemaining()) socket.write(left); // write() may take only a part
    }

    void reply(String text) throws IOException {
      byte[] payload = text.getBytes(StandardCharsets.UTF_8);
      send(String.format("%08x", payload.length).getBytes(StandardCharsets.US_ASCII), payload); // bytes, not characters
    }

    String nextRequest() throws IOException, Refusal {
      String header = new String(receive(8), StandardCharsets.ISO_8859_1);
      open = false; // after a malformed header nobody knows where the next message starts (1.6)
      if (!header.matches("[0-9a-fA-F]{8}")) throw new Refusal(400, "the header is not eight hexadecimal digits");
      long size = Long.parseLong(header, 16);
      if (size > MESSAGE_MAX) throw new Refusal(413, "the message is too long");
      byte[] payload = receive((int) size);
      open = true;
      for (byte value : payload)
        if ((value >= 0 && value < 0x20) || value == 0x7f) throw new Refusal(400, "a control character");
      if (payload.length == 0) throw new Refusal(400, "an empty request");
      try { // a fresh decoder reports what is no UTF-8; new String() would replace it
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
      } catch (CharacterCodingException error) {
        throw new Refusal(400, "not UTF-8");
      }
    }

    // ---- paths (3)

    /** A client's path as names from the root. */
    List<String> names(String path) throws IOException, Refusal {
      if (path.isEmpty()) throw new Refusal(400, "no path");
      List<String> names = new ArrayList<>(path.startsWith("/") ? List.of() : folder);
      for (String name : path.split("/")) {
        if (name.getBytes(StandardCharsets.UTF_8).length > NAME_MAX) throw new Refusal(400, "a name is too long");
        if (name.equals("..")) {
          if (names.isEmpty()) throw new Refusal(403, "outside the root");
          real(names); // a link that leads out is refused even where '..' takes it back
          names.remove(names.size() - 1);
        } else if (!name.isEmpty() && !name.equals(".")) {
          names.add(name);
        }
      }
      return names;
    }

    /**
     * Where that is on the disk, links followed; it need not exist. Every path comes through here, so that nothing outside
     * the root is ever touched (3.2).
     */
    Path real(List<String> names) throws IOException, Refusal {
      Path here = root;
      int[] links = {0};
      for (String name : names) {
        here = step(here, name, links);
        if (!here.startsWith(root) || here.startsWith(uploads)) throw new Refusal(403, "outside the root");
      }
      return here;
    }

    static Path step(Path here, String name, int[] links) throws IOException, Refusal {
      if (name.equals("..")) return here.getParent() == null ? here : here.getParent(); // only from a link's text
      Path next = here.resolve(name);
      if (!Files.isSymbolicLink(next)) return next;
      if (++links[0] > LINKS_MAX) throw new Refusal(404, "links in a circle");
      Path target = Files.readSymbolicLink(next);
      Path end = target.isAbsolute() ? target.getRoot() : here;
      for (Path piece : target)
        if (!piece.toString().isEmpty() && !piece.toString().equals(".")) end = step(end, piece.toString(), links);
      return end;
    }

    Path existing(String path, boolean file) throws IOException, Refusal {
      Path real = real(names(path));
      if (!Files.exists(real)) throw new Refusal(404, "not found");
      boolean right = file ? Files.isRegularFile(real) && !path.endsWith("/") : Files.isDirectory(real); // 4.15
      if (!right) throw new Refusal(409, "the wrong kind of thing");
      return real;
    }

    // ---- verbs (4)

    void get(String path) throws IOException, Refusal {
      try (FileChannel file = FileChannel.open(existing(path, true))) { // stays what it is when replaced (4.10)
        long size = file.size();
        reply("OK " + size);
        for (long at = 0; at < size; ) {
          long sent = file.transferTo(at, size - at, socket); // in the kernel; may send only a part
          if (sent <= 0) throw new EOFException("the file became shorter"); // closing tells the client (4.12)
          at += sent;
        }
      }
    }

    void put(String argument) throws IOException, Refusal {
      String[] parts = argument.split(" ", 2);
      if (parts.length < 2 || !parts[0].matches("0|[1-9][0-9]{0,18}")) throw new Refusal(400, "no plain size"); // 1.5
      long size;
      try {
        size = Long.parseLong(parts[0]);
      } catch (NumberFormatException error) {
        throw new Refusal(400, "the size is too large");
      }
      Path target = real(names(parts[1]));
      if (parts[1].endsWith("/") || (Files.exists(target) && !Files.isRegularFile(target)))
        throw new Refusal(409, "not a file");
      if (!Files.isDirectory(target.getParent())) throw new Refusal(404, "no such folder");
      if (size > Files.getFileStore(root).getUsableSpace()) throw new Refusal(507, "out of space");
      Path part = Files.createTempFile(uploads, "", "");
      try {
        reply("OK");
        receiveFile(part, size);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE); // the old content or the new, never a mixture (4.8)
      } finally {
        Files.deleteIfExists(part);
      }
      reply("OK " + size);
    }

    void receiveFile(Path part, long size) throws IOException, Refusal {
      boolean full = false;
      byte[] buffer = new byte[65536];
      try (OutputStream file = Files.newOutputStream(part)) {
        while (size > 0) {
          int count = in.read(buffer, 0, (int) Math.min(size, buffer.length));
          if (count < 0) throw new EOFException("the client left");
          size -= count;
          try {
            if (!full) file.write(buffer, 0, count);
          } catch (IOException error) {
            full = true; // the stream is read to its end, so that the next request is found (4.12)
          }
        }
      }
      if (full) throw new Refusal(507, "the disk is full");
    }

    void list(String path) throws IOException, Refusal {
      Path real = existing(path, false);
      TreeMap<byte[], String> lines = new TreeMap<>(Arrays::compareUnsigned); // by bytes (4.3), not by characters
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(real)) {
        for (Path entry : entries) {
          String name = entry.getFileName().toString();
          if (name.chars().anyMatch(letter -> letter < 0x20 || letter == 0x7f || letter == 0xfffd)) continue;
          try {
            Path target = step(real, name, new int[1]);
            if (!target.startsWith(root) || target.startsWith(uploads)) continue; // 4.14
            byte[] key = name.getBytes(StandardCharsets.UTF_8);
            if (Files.isRegularFile(target)) lines.put(key, "F " + Files.size(target) + " " + name + "\n");
            else if (Files.isDirectory(target)) lines.put(key, "D 0 " + name + "\n");
          } catch (IOException | Refusal gone) {
            continue; // deleted meanwhile, or a link to nothing
          }
        }
      }
      byte[] stream = String.join("", lines.values()).getBytes(StandardCharsets.UTF_8);
      reply("OK " + stream.length);
      send(stream);
    }

    void pwd() throws IOException {
      reply("OK /" + String.join("/", folder));
    }

    void cd(String path) throws IOException, Refusal {
      existing(path, false);
      folder = names(path);
      pwd();
    }

    void delete(String path) throws IOException, Refusal {
      List<String> names = names(path);
      if (names.isEmpty()) throw new Refusal(403, "the root stays");
      existing(path, true);
      int last = names.size() - 1;
      Files.delete(real(names.subList(0, last)).resolve(names.get(last))); // of a link, the link
      reply("OK");
    }

    void quit() throws IOException {
      open = false;
      reply("OK");
    }

    // ---- serving (6)

    void answer(String request) throws IOException, Refusal {
      int space = request.indexOf(' '); // one space; the argument is all that follows (2.1)
      String verb = (space < 0 ? request : request.substring(0, space)).toUpperCase(Locale.ROOT);
      String argument = space < 0 ? "" : request.substring(space + 1);
      boolean takesNone = verb.equals("PWD") || verb.equals("QUIT");
      if (!List.of("GET", "PUT", "LIST", "CD", "PWD", "DELETE", "QUIT").contains(verb))
        throw new Refusal(405, "unknown verb");
      if (space < 0 ? !takesNone && !verb.equals("LIST") : takesNone || argument.isEmpty())
        throw new Refusal(400, "an argument too many, or none");
      switch (verb) {
        case "GET" -> get(argument);
        case "PUT" -> put(argument);
        case "LIST" -> list(space < 0 ? "." : argument);
        case "CD" -> cd(argument);
        case "PWD" -> pwd();
        case "DELETE" -> delete(argument);
        default -> quit();
      }
    }

    void answerNext() throws IOException {
      try {
        answer(nextRequest());
      } catch (Refusal refusal) {
        reply("ERR " + refusal.code + " " + refusal.getMessage());
      } catch (AccessDeniedException error) {
        reply("ERR 403 not permitted");
      } catch (FileSystemException | InvalidPathException error) { // deleted meanwhile, or a path of no use here
        reply("ERR 404 not found");
      }
    }

    @Override
    public void run() {
      try (socket) {
        while (open) answerNext();
        socket.shutdownOutput();
        socket.socket().setSoTimeout(1000); // closing with bytes unread would reset, and might take our reply along
        in.readNBytes(MESSAGE_MAX);
      } catch (IOException gone) {
        // The client left: its connection is over, and nothing else is (2.6).
      }
    }
  }

  /** Removes what is unfinished and ends with status 0 (6.3); without halt() a signal would make it 143. */
  static void stop(Path uploads) {
    File[] parts = uploads.toFile().listFiles();
    for (File part : parts == null ? new File[0] : parts) part.delete();
    uploads.toFile().delete();
    Runtime.getRuntime().halt(0);
  }

  public static void main(String[] arguments) throws IOException {
    Map<String, String> options = new HashMap<>(Map.of("--host", "127.0.0.1", "--port", "12345", "--root", "."));
    for (int at = 0; at + 1 < arguments.length; at += 2) options.put(arguments[at], arguments[at + 1]);
    Path root = Path.of(options.get("--root")).toRealPath();
    ServerSocketChannel listener = ServerSocketChannel.open();
    listener.setOption(StandardSocketOptions.SO_REUSEADDR, true); // 6.2
    listener.bind(new InetSocketAddress(options.get("--host"), Integer.parseInt(options.get("--port"))), 128);
    Path uploads = Files.createTempDirectory(root, PART); // on the root's disk, so that a move replaces at once (4.8)
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(uploads)));
    InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
    System.out.println("listening on " + address.getAddress().getHostAddress() + ":" + address.getPort()); // 6.4
    while (true) {
      SocketChannel socket = listener.accept();
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true); // a reply does not wait for its stream
      new Thread(new Session(socket, root, uploads)).start();
    }
  }
}
