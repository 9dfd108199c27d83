/* A process for each client, in C: dialect nul (clause 7.1).
 *
 * Teaches: the textbook's server with fork() after accept(), a loop around recv() that ends at the NUL, and a loop around
 * send(). The parent closes its copy of the client's socket; SIGCHLD is ignored, so that no zombie is left.
 * Wrong with it: the name may still lead anywhere on the disk; any number of clients gets any number of processes; the
 * client cannot tell a missing file from an empty one. Usage: forking_server PORT FOLDER */
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define NAME_BYTES 4096
#define BUFFER_BYTES 65536

static void fatal(const char *what) {
  perror(what);
  exit(1);
}

/* 0 when a whole name has come, with its NUL. */
static int receive_name(int client, char *name) {
  size_t have = 0;
  while (have < NAME_BYTES) {
    if (recv(client, name + have, 1, 0) != 1) return -1;
    if (name[have++] == '\0') return 0;
  }
  return -1;
}

static int send_all(int client, const char *data, size_t size) {
  while (size > 0) {
    ssize_t sent = send(client, data, size, MSG_NOSIGNAL);
    if (sent < 0) return -1;
    data += sent;
    size -= (size_t)sent;
  }
  return 0;
}

static void serve(int client) {
  char buffer[BUFFER_BYTES];
  ssize_t count;
  int file;
  if (receive_name(client, buffer) < 0) return;
  file = open(buffer, O_RDONLY);
  if (file < 0) return;
  while ((count = read(file, buffer, sizeof buffer)) > 0)
    if (send_all(client, buffer, (size_t)count) < 0) return;
}

int main(int argc, char **argv) {
  const int on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET};
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (argc < 3) return 64;
  if (chdir(argv[2]) < 0) fatal(argv[2]);
  signal(SIGCHLD, SIG_IGN);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  address.sin_port = htons((unsigned short)atoi(argv[1]));
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) fatal("bind");
  if (listen(listener, 128) < 0) fatal("listen");
  for (;;) {
    int client = accept(listener, NULL, NULL);
    if (client < 0) continue;
    if (fork() == 0) {
      close(listener);
      serve(client);
      _exit(0); /* closes the socket */
    }
    close(client);
  }
}
