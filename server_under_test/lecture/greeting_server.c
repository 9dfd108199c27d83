/* The first server of the lecture, in C: it greets every client and hangs up.
 *
 * Teaches: the same calls as in Python, with their structures: sockaddr_in, htons, and results that must be looked at.
 * Wrong with it: one client at a time; what send() returns is not looked at; the request is never read, and to close with
 * bytes unread resets the connection, which may take the greeting along. Usage: greeting_server PORT */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void fatal(const char *what) {
  perror(what);
  exit(1);
}

int main(int argc, char **argv) {
  const char *greeting = "Hello Web Wide World";
  const int on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET};
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (argc < 2) return 64;
  if (listener < 0) fatal("socket");
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  address.sin_port = htons((unsigned short)atoi(argv[1]));
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) fatal("bind");
  if (listen(listener, 5) < 0) fatal("listen");
  for (;;) {
    int client = accept(listener, NULL, NULL);
    if (client < 0) fatal("accept");
    send(client, greeting, strlen(greeting), 0);
    close(client);
  }
}
