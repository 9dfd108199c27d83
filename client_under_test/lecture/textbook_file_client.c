/* The textbook's file client: dialect nul (clause 7.1).
 *
 * Teaches: the name goes out with its NUL, and the file is everything up to the close.
 * Wrong with it: write() may take only a part, and a connection that is cut looks like the file's end when read() fails;
 * an empty answer may be an empty file or a refusal. Usage: textbook_file_client ADDRESS PORT NAME LOCAL */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_BYTES 4096

static void fatal(const char *what) {
  perror(what);
  exit(1);
}

int main(int argc, char **argv) {
  char buffer[BUFFER_BYTES];
  ssize_t count;
  int file;
  struct sockaddr_in address = {.sin_family = AF_INET};
  int server = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  if (argc < 5 || inet_pton(AF_INET, argv[1], &address.sin_addr) != 1) return 64;
  address.sin_port = htons((unsigned short)atoi(argv[2]));
  if (connect(server, (struct sockaddr *)&address, sizeof address) < 0) fatal("connect");
  write(server, argv[3], strlen(argv[3]) + 1);
  file = open(argv[4], O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (file < 0) fatal(argv[4]);
  while ((count = read(server, buffer, BUFFER_BYTES)) > 0) write(file, buffer, (size_t)count);
  return 0;
}
