/* The textbook's iterative file server: dialect nul (clause 7.1).
 *
 * Teaches: a whole file server in one page. Read a name, open, copy through a buffer, close, and take the next client.
 * Wrong with it: the name is read by one read(), which may bring a part of it, or no NUL; the name may lead anywhere on
 * the disk; a file that does not exist ends the whole server; write() may take only a part, and a client that leaves
 * kills the server by SIGPIPE; one client at a time. Usage: textbook_file_server PORT FOLDER */
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_BYTES 4096
#define WAITING_MAX 10

static void fatal(const char *what) {
  perror(what);
  exit(1);
}

static int listen_on(int port) {
  const int on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET};
  int listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  if (listener < 0) fatal("socket");
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  address.sin_port = htons((unsigned short)port);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) fatal("bind");
  if (listen(listener, WAITING_MAX) < 0) fatal("listen");
  return listener;
}

int main(int argc, char **argv) {
  char buffer[BUFFER_BYTES];
  int listener;
  if (argc < 3) return 64;
  if (chdir(argv[2]) < 0) fatal(argv[2]);
  listener = listen_on(atoi(argv[1]));
  for (;;) {
    ssize_t count;
    int file;
    int client = accept(listener, NULL, NULL);
    if (client < 0) fatal("accept");
    read(client, buffer, BUFFER_BYTES); /* the name, one hopes, with its NUL */
    file = open(buffer, O_RDONLY);
    if (file < 0) fatal("open");
    while ((count = read(file, buffer, BUFFER_BYTES)) > 0) write(client, buffer, (size_t)count);
    close(file);
    close(client);
  }
}
