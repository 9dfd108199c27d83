#include "protocol/ftp_lines.hpp"

namespace bftp::protocol {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

int ftp_code_of(std::string_view line) {
  if (line.size() < 3 || line[0] < '1' || line[0] > '5' || !is_digit(line[1]) || !is_digit(line[2])) return 0;
  if (line.size() > 3 && line[3] != ' ' && line[3] != '-') return 0;
  return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

bool ends_ftp_reply(std::string_view line, int code) {
  return ftp_code_of(line) == code && (line.size() == 3 || line[3] == ' ');
}

}  // namespace bftp::protocol
