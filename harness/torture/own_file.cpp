#include "harness/torture/own_file.hpp"

#include <string>
#include <utility>

#include "harness/torture/found.hpp"
#include "protocol/request.hpp"

namespace bftp::torture {

Finding nothing_may_be_stored() {
  return skipped("the server's folder is not ours, and the run has no PUT (--ops)");
}

const char* const unanswered_put_cause =
    "PUT has two answers: OK before the stream, and OK with the size once the file is in place (4.2). A "
    "server that refuses says ERR in place of the first (4.9; ERR 405 where there is no PUT), one that fails "
    "later in place of the second (4.12). Without an answer nobody knows whether the file is stored.";

Finding not_stored(const FileAnswer& answer) {
  if (answer.refuses()) return skipped("the server takes no file of a new name: " + answer.words);
  std::string happened = "the server neither took nor refused a file: " + answer.words;
  if (answer.kind == FileAnswer::Kind::closed) return tolerated(std::move(happened));
  return broken(std::move(happened), unanswered_put_cause);
}

bool may_refuse_to_replace(const FileAnswer& answer) {
  return answer.lacks_room() || answer.code == static_cast<std::uint16_t>(protocol::ReplyCode::forbidden);
}

}  // namespace bftp::torture
