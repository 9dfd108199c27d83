#include "server_under_test/specimens/identity/changed_bytes.hpp"

namespace bftp::server::specimens {
namespace {

/// A bad memory cell, or a buffer that another thread wrote to: one bit of one byte, now and then.
class CorruptByte final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (!dice.hits(settings.number("p"))) return;
    change_byte(answer, dice);
  }
};

const Registered registered_corrupt_byte(
    {"corrupt_byte",
     "identity",
     "flips one bit of one byte in a share p of all transfers, GET and PUT",
     {{"p", 0.01, 0, 1, "share of transfers"}},
     make_service<CorruptByte>});

}  // namespace
}  // namespace bftp::server::specimens
