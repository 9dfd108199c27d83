/* A BFTP/1 server with the core verbs, in C: server --port PORT --root FOLDER [--host ADDRESS]
 *
 *     cc -O2 -pthread -o server server.c
 *
 * docs/write-a-server.md explains the way to it; numbers in comments are clauses of docs/protocol.md. Each client has a
 * thread of its own, so that none waits for another (6.1). Functions that can refuse return 0 or the code of the refusal
 * (2.2); LOST means that this client's connection is over. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MESSAGE_MAX 65536 /* bytes, 1.4 */
#define LINKS_MAX 40      /* symbolic links on one path, as in the kernel */
#define LOST (-1)
#define PART ".part-" /* the folder of unfinished uploads begins like this; clients never see it */

static char root[PATH_MAX];    /* a real path, set before the first thread starts */
static char uploads[PATH_MAX]; /* below root: on the same disk, so that rename() replaces at once (4.8) */

struct session {
  int socket;
  char folder[PATH_MAX]; /* as the client sees it, "" for the root; each session has its own (2.5) */
  char message[MESSAGE_MAX + 1];
  int open;
};

static int code_of(int error) {
  switch (error) {
    case ENOENT: case ENOTDIR: case ELOOP: case ENAMETOOLONG: return 404;
    case EACCES: case EPERM: case EROFS: return 403;
    case ENOSPC: case EDQUOT: return 507;
    default: return 500;
  }
}

/* ---- bytes and messages (1) ---- */

/* recv() gives what has come so far, be it one byte: ask until all is there. */
static int receive(int from, char *data, size_t size) {
  while (size > 0) {
    ssize_t got = recv(from, data, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return LOST;
    data += got;
    size -= (size_t)got;
  }
  return 0;
}

/* send() may take only a part: send until nothing is left. */
static int send_all(int to, const char *data, size_t size) {
  while (size > 0) {
    ssize_t sent = send(to, data, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return LOST;
    data += sent;
    size -= (size_t)sent;
  }
  return 0;
}

static int reply(struct session *session, const char *text) {
  char message[PATH_MAX + 64];
  int size = snprintf(message, sizeof message, "%08zx%s", strlen(text), text);
  return send_all(session->socket, message, (size_t)size);
}

static int reply_size(struct session *session, long long size) {
  char text[32];
  snprintf(text, sizeof text, "OK %lld", size);
  return reply(session, text);
}

/* UTF-8 without control characters (4.13). A NUL inside makes it shorter than its size. */
static int is_text(const char *text, size_t size) {
  for (size_t i = 0; i < size; ++i)
    if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f) return 0;
  return mbstowcs(NULL, text, 0) != (size_t)-1; /* by the C.UTF-8 locale */
}

static int next_request(struct session *session) {
  char header[9] = "";
  if (receive(session->socket, header, 8) == LOST) return LOST;
  session->open = 0; /* after a malformed header nobody knows where the next message starts (1.6) */
  for (int i = 0; i < 8; ++i)
    if (!isxdigit((unsigned char)header[i])) return 400;
  size_t size = strtoul(header, NULL, 16);
  if (size > MESSAGE_MAX) return 413;
  if (receive(session->socket, session->message, size) == LOST) return LOST;
  session->message[size] = '\0';
  session->open = 1;
  return size > 0 && is_text(session->message, size) ? 0 : 400;
}

/* ---- paths (3) ---- */

static int is_inside(const char *path) {
  size_t length = strcmp(root, "/") == 0 ? 0 : strlen(root);
  if (strncmp(path, root, length) != 0 || (path[length] != '/' && path[length] != '\0')) return 0;
  return strstr(path + length, "/" PART) == NULL;
}

static int append(char *path, const char *name, size_t length) {
  size_t have = strlen(path);
  if (have + length + 2 > PATH_MAX) return 404; /* nothing exists that deep */
  path[have] = '/';
  memcpy(path + have + 1, name, length);
  path[have + 1 + length] = '\0';
  return 0;
}

static void cut_last(char *path) {
  char *slash = strrchr(path, '/');
  if (slash != NULL) *slash = '\0';
}

/* Goes from `path` along the names in `text`, following links. What does not exist is no error yet. */
static int walk(char *path, const char *text, int *links) {
  while (*text != '\0') {
    size_t length = strcspn(text, "/");
    const char *name = text;
    char target[PATH_MAX];
    text += length + (text[length] == '/');
    if (length == 0 || (length == 1 && name[0] == '.')) continue;
    if (length == 2 && name[0] == '.' && name[1] == '.') {
      cut_last(path); /* only from a link's text: client_path() has removed the client's own */
      continue;
    }
    int code = append(path, name, length);
    if (code != 0) return code;
    ssize_t got = readlink(path, target, sizeof target - 1);
    if (got < 0) continue; /* no link */
    if (++*links > LINKS_MAX) return 404;
    target[got] = '\0';
    if (target[0] == '/') path[0] = '\0';
    else cut_last(path);
    code = walk(path, target, links);
    if (code != 0) return code;
  }
  return 0;
}

/* A client's path, free of "." and "..", on the disk and with links followed. Every path comes through here: nothing
 * outside the root is ever touched (3.2). */
static int real_path(const char *path, char *real) {
  int links = 0;
  strcpy(real, strcmp(root, "/") == 0 ? "" : root);
  for (const char *name = path; *name != '\0';) {
    char piece[NAME_MAX + 1];
    size_t length = strcspn(++name, "/");
    memcpy(piece, name, length);
    piece[length] = '\0';
    int code = walk(real, piece, &links);
    if (code != 0) return code;
    if (!is_inside(real)) return 403;
    name += length;
  }
  if (real[0] == '\0') strcpy(real, "/");
  return 0;
}

/* What a client wrote, from the root: "/a/b", or "" for the root itself (3.1). */
static int client_path(const struct session *session, const char *text, char *path) {
  char real[PATH_MAX];
  if (*text == '\0') return 400;
  strcpy(path, *text == '/' ? "" : session->folder);
  while (*text != '\0') {
    size_t length = strcspn(text, "/");
    int code = 0;
    if (length > NAME_MAX) return 400; /* 255, 3.3 */
    if (length == 2 && strncmp(text, "..", 2) == 0) {
      if (path[0] == '\0') return 403;
      code = real_path(path, real); /* a link that leads out is refused even where ".." takes it back */
      cut_last(path);
    } else if (length > 0 && !(length == 1 && *text == '.')) {
      code = append(path, text, length);
    }
    if (code != 0) return code;
    text += length + (text[length] == '/');
  }
  return 0;
}

/* Finds what exists and is of the wanted kind, S_IFREG or S_IFDIR. */
static int find(const struct session *session, const char *text, mode_t kind, char *real) {
  char path[PATH_MAX];
  struct stat info;
  int code = client_path(session, text, path);
  if (code == 0) code = real_path(path, real);
  if (code != 0) return code;
  if (stat(real, &info) < 0) return code_of(errno);
  if ((info.st_mode & S_IFMT) != kind) return 409;
  return kind == S_IFREG && text[strlen(text) - 1] == '/' ? 409 : 0; /* 4.15: "file/" is no file */
}

/* ---- verbs (4) ---- */

static int get(struct session *session, const char *argument) {
  char real[PATH_MAX];
  struct stat info;
  int code = find(session, argument, S_IFREG, real);
  if (code != 0) return code;
  int file = open(real, O_RDONLY | O_CLOEXEC);
  if (file < 0) return code_of(errno);
  code = fstat(file, &info) < 0 ? LOST : reply_size(session, info.st_size);
  while (code == 0 && info.st_size > 0) { /* an open file stays what it is, whoever replaces its name (4.10) */
    ssize_t sent = sendfile(session->socket, file, NULL, (size_t)info.st_size);
    if (sent <= 0) code = LOST; /* to close is all that is left to tell (4.12) */
    else info.st_size -= sent;
  }
  close(file);
  return code;
}

/* Reads the stream to its end even when the disk fails, so that the next request is found (4.12). */
static int receive_file(struct session *session, long long size, int file) {
  char piece[65536];
  int code = 0;
  while (size > 0) {
    size_t part = size < (long long)sizeof piece ? (size_t)size : sizeof piece;
    if (receive(session->socket, piece, part) == LOST) return LOST;
    for (size_t done = 0; code == 0 && done < part;) {
      ssize_t count = write(file, piece + done, part - done);
      if (count < 0) code = code_of(errno);
      else done += (size_t)count;
    }
    size -= (long long)part;
  }
  return code;
}

static int store(struct session *session, long long size, const char *real) {
  char part[PATH_MAX + 16];
  snprintf(part, sizeof part, "%s/XXXXXX", uploads);
  int file = mkostemp(part, O_CLOEXEC);
  if (file < 0) return code_of(errno);
  fchmod(file, 0644);
  int code = reply(session, "OK");
  if (code == 0) code = receive_file(session, size, file);
  if (close(file) < 0 && code == 0) code = code_of(errno);
  if (code == 0 && rename(part, real) < 0) code = code_of(errno); /* old content or new, never a mixture (4.8) */
  if (code != 0) unlink(part);
  return code != 0 ? code : reply_size(session, size);
}

static int parse_size(const char *text, const char **after, long long *size) {
  size_t digits = strspn(text, "0123456789");
  errno = 0;
  *size = strtoll(text, NULL, 10);
  *after = text + digits + 1;
  if (digits == 0 || text[digits] != ' ' || errno == ERANGE) return 400;
  return text[0] == '0' && digits > 1 ? 400 : 0; /* 1.5 */
}

static int put(struct session *session, const char *argument) {
  char path[PATH_MAX], real[PATH_MAX], folder[PATH_MAX];
  struct stat info;
  struct statvfs disk;
  long long size = 0;
  int code = parse_size(argument, &argument, &size);
  if (code == 0) code = client_path(session, argument, path);
  if (code == 0) code = real_path(path, real);
  if (code != 0) return code;
  if (argument[strlen(argument) - 1] == '/' || (stat(real, &info) == 0 && !S_ISREG(info.st_mode))) return 409;
  strcpy(folder, real);
  cut_last(folder);
  if (stat(*folder ? folder : "/", &info) < 0 || !S_ISDIR(info.st_mode)) return 404;
  if (statvfs(root, &disk) == 0 && (unsigned long long)size / disk.f_frsize > disk.f_bavail) return 507;
  return store(session, size, real);
}

static int by_bytes(const struct dirent **left, const struct dirent **right) {
  return strcmp((*left)->d_name, (*right)->d_name); /* 4.3; not alphasort(), which follows the locale */
}

/* A line for what is file or folder and inside the root (4.14). */
static void list_entry(FILE *out, const char *folder, const char *name) {
  char real[PATH_MAX];
  struct stat info;
  int links = 0;
  strcpy(real, strcmp(folder, "/") == 0 ? "" : folder);
  if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || !is_text(name, strlen(name))) return;
  if (walk(real, name, &links) != 0 || !is_inside(real) || stat(*real ? real : "/", &info) < 0) return;
  if (S_ISDIR(info.st_mode)) fprintf(out, "D 0 %s\n", name);
  if (S_ISREG(info.st_mode)) fprintf(out, "F %lld %s\n", (long long)info.st_size, name);
}

static int list(struct session *session, const char *argument) {
  char real[PATH_MAX];
  char *stream = NULL;
  size_t size = 0;
  struct dirent **entries = NULL;
  int code = find(session, *argument ? argument : ".", S_IFDIR, real);
  if (code != 0) return code;
  int count = scandir(real, &entries, NULL, by_bytes);
  if (count < 0) return code_of(errno);
  FILE *out = open_memstream(&stream, &size);
  for (int i = 0; i < count; ++i) {
    if (out != NULL) list_entry(out, real, entries[i]->d_name);
    free(entries[i]);
  }
  free(entries);
  if (out == NULL || fclose(out) != 0) return 500;
  code = reply_size(session, (long long)size);
  if (code == 0) code = send_all(session->socket, stream, size);
  free(stream);
  return code;
}

static int pwd(struct session *session, const char *argument) {
  char text[PATH_MAX + 8];
  (void)argument;
  snprintf(text, sizeof text, "OK %s", *session->folder ? session->folder : "/");
  return reply(session, text);
}

static int cd(struct session *session, const char *argument) {
  char path[PATH_MAX], real[PATH_MAX];
  int code = find(session, argument, S_IFDIR, real);
  if (code == 0) code = client_path(session, argument, path);
  if (code != 0) return code;
  strcpy(session->folder, path);
  return pwd(session, "");
}

static int delete(struct session *session, const char *argument) {
  char path[PATH_MAX], real[PATH_MAX], folder[PATH_MAX];
  int code = client_path(session, argument, path);
  if (code == 0 && path[0] == '\0') code = 403;
  if (code == 0) code = find(session, argument, S_IFREG, real);
  if (code != 0) return code;
  const char *name = strrchr(path, '/') + 1;
  snprintf(folder, sizeof folder, "%.*s", (int)(name - 1 - path), path);
  code = real_path(folder, real);
  if (code == 0) code = append(real, name, strlen(name)); /* of a link, the link */
  if (code != 0) return code;
  return unlink(real) < 0 ? code_of(errno) : reply(session, "OK");
}

static int quit(struct session *session, const char *argument) {
  (void)argument;
  session->open = 0;
  return reply(session, "OK");
}

static const struct {
  const char *verb;
  int (*run)(struct session *, const char *argument);
  int least, most; /* arguments */
} verbs[] = {{"GET", get, 1, 1}, {"PUT", put, 1, 1}, {"LIST", list, 0, 1}, {"CD", cd, 1, 1},
             {"PWD", pwd, 0, 0}, {"DELETE", delete, 1, 1}, {"QUIT", quit, 0, 0}};

/* ---- serving (6) ---- */

static int answer(struct session *session) {
  char *argument = session->message + strcspn(session->message, " "); /* one space; the rest is the argument (2.1) */
  int count = *argument != '\0';
  if (count) *argument++ = '\0';
  for (size_t i = 0; i < sizeof verbs / sizeof *verbs; ++i) {
    if (strcasecmp(session->message, verbs[i].verb) != 0) continue;
    if (count < verbs[i].least || count > verbs[i].most || (count && *argument == '\0')) return 400;
    return verbs[i].run(session, argument);
  }
  return 405;
}

static const char *text_of(int code) {
  switch (code) {
    case 400: return "ERR 400 malformed request";
    case 403: return "ERR 403 outside the root, or not permitted";
    case 404: return "ERR 404 no such file or folder";
    case 405: return "ERR 405 unknown verb";
    case 409: return "ERR 409 the wrong kind of thing";
    case 413: return "ERR 413 the message is too long";
    case 507: return "ERR 507 out of space";
    default: return "ERR 500 the server failed";
  }
}

static void *serve(void *argument) {
  struct session *session = argument;
  struct timeval wait = {.tv_sec = 1};
  int code = 0;
  while (session->open && code != LOST) {
    code = next_request(session);
    if (code == 0) code = answer(session);
    if (code > 0) code = reply(session, text_of(code));
  }
  /* To close with bytes unread is a reset, which may take our last reply along. */
  shutdown(session->socket, SHUT_WR);
  setsockopt(session->socket, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  receive(session->socket, session->message, MESSAGE_MAX);
  close(session->socket);
  free(session);
  return NULL;
}

static void *accept_clients(void *argument) {
  int listener = *(int *)argument, on = 1;
  for (;;) {
    pthread_t thread;
    int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (client < 0) {
      if (errno == EMFILE || errno == ENFILE) usleep(10000); /* until a client leaves */
      continue;
    }
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* a reply does not wait for its stream */
    struct session *session = calloc(1, sizeof *session);
    if (session != NULL) *session = (struct session){.socket = client, .open = 1};
    if (session == NULL || pthread_create(&thread, NULL, serve, session) != 0) {
      close(client); /* too many for this machine: the next may find room */
      free(session);
      continue;
    }
    pthread_detach(thread);
  }
  return NULL;
}

static int fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  return 1;
}

static int start_listening(const char *host, int port) {
  int on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (inet_pton(AF_INET, host, &address.sin_addr) != 1) return -1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on); /* 6.2 */
  if (bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 128) < 0) return -1;
  getsockname(listener, (struct sockaddr *)&address, &size); /* which port 0 became */
  printf("listening on %s:%d\n", host, ntohs(address.sin_port)); /* 6.4 */
  fflush(stdout); /* into a pipe or file nothing is written before */
  return listener;
}

static void remove_unfinished(void) {
  DIR *folder = opendir(uploads);
  for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;)
    unlinkat(dirfd(folder), entry->d_name, 0);
  if (folder != NULL) closedir(folder);
  rmdir(uploads);
}

int main(int argc, char **argv) {
  const char *host = "127.0.0.1", *folder = ".";
  int port = 12345, number = 0;
  sigset_t stop;
  pthread_t thread;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (strcmp(argv[i], "--host") == 0) host = argv[i + 1];
    if (strcmp(argv[i], "--port") == 0) port = atoi(argv[i + 1]);
    if (strcmp(argv[i], "--root") == 0) folder = argv[i + 1];
  }
  setlocale(LC_CTYPE, "C.UTF-8");
  signal(SIGPIPE, SIG_IGN); /* a client that leaves ends sendfile() with EPIPE, not this process */
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, NULL); /* in all threads: main() waits for them below */
  if (realpath(folder, root) == NULL) return fail(folder);
  if (snprintf(uploads, sizeof uploads, "%s/" PART "XXXXXX", root) >= (int)sizeof uploads) return 1;
  if (mkdtemp(uploads) == NULL) return fail(uploads);
  int listener = start_listening(host, port);
  if (listener < 0 || pthread_create(&thread, NULL, accept_clients, &listener) != 0) {
    fail("cannot listen");
    remove_unfinished();
    return 1;
  }
  sigwait(&stop, &number);
  remove_unfinished();
  return 0; /* 6.3 */
}
