#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// println() of a reply: clause 1.4 allows no line end in it.
class ReplyWithNewline final : public Fault {
 public:
  using Fault::Fault;
  void frame(const protocol::Reply& reply, const Framing& framing, std::string& wire) override {
    const auto start = wire.size();
    Fault::frame(reply, framing, wire);
    static_cast<void>(start);
    wire += '\n';
  }
};

const Registered registered_reply_with_newline(
    {"reply_with_newline",
     "framing",
     "sends a line end after each reply, which its header does not count",
     {},
     make_service<ReplyWithNewline>});

}  // namespace
}  // namespace bftp::server::specimens
