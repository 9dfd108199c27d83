#include <limits>

#include "client_under_test/worker/dialect.hpp"
#include "client_under_test/worker/guess.hpp"
#include "client_under_test/worker/printable.hpp"
#include "protocol/conversation.hpp"

/// Clause 7.5: the name as a message, the file as a message of up to 4 GiB less 1. A refusal is a close in
/// place of the header, so that an empty file and a refusal differ.
namespace bftp::client::worker {

namespace {

class Sized final : public Dialect {
 public:
  std::string_view name() const override { return "sized"; }

  std::string ask_get(const Asking& asking) const override {
    return protocol::encode_header(asking.name.size()) + std::string(asking.name);
  }

  Answer answer_to_get(std::string_view received, bool ended) const override {
    if (received.empty() && ended) {
      return Answer::refuse("the server closed without a byte, which is how it refuses a name (clause 7.5)");
    }
    const auto header = received.substr(0, protocol::header_size);
    if (header.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) {
      return Answer::malform("the answer begins with " + quoted(received) +
                             " where a header of eight hexadecimal digits is due (clause 7.5)" +
                             hint_of_dialect(received, name()));
    }
    if (header.size() < protocol::header_size) return {};
    const auto size = protocol::decode_header(header, std::numeric_limits<std::uint32_t>::max());
    return Answer::accept(protocol::header_size, size.value(), false);
  }
};

const RegisterDialect registered_sized(std::make_unique<Sized>());

}  // namespace

}  // namespace bftp::client::worker
