/* The first client of the lecture, in C: prints what the server says first.
 *
 * Teaches: connect, and that received bytes are no string until somebody adds the NUL.
 * Wrong with it: one recv() may bring only a part of the greeting. Usage: greeting_client ADDRESS PORT */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
  char greeting[1024];
  ssize_t count;
  struct sockaddr_in address = {.sin_family = AF_INET};
  int server = socket(AF_INET, SOCK_STREAM, 0);
  if (argc < 3 || inet_pton(AF_INET, argv[1], &address.sin_addr) != 1) return 64;
  address.sin_port = htons((unsigned short)atoi(argv[2]));
  if (connect(server, (struct sockaddr *)&address, sizeof address) < 0) {
    perror("connect");
    return 1;
  }
  count = recv(server, greeting, sizeof greeting - 1, 0);
  if (count < 0) return 1;
  greeting[count] = '\0';
  puts(greeting);
  close(server);
  return 0;
}
