#include "server_under_test/specimens/identity/changed_bytes.hpp"

namespace bftp::server::specimens {
namespace {

/// An offset in a variable that is too small, or an overrun that only large files reach.
class CorruptBeyond final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    const auto where = settings.count("offset");
    if (answer.body && answer.body->size() > where)
      answer.body = std::make_unique<ChangedSource>(std::move(answer.body), where);
  }
};

const Registered registered_corrupt_beyond({"corrupt_beyond",
                                            "identity",
                                            "flips a bit at one offset of every file that is large enough",
                                            {{"offset", 65536, 0, 1e12, "bytes"}},
                                            make_service<CorruptBeyond>});

}  // namespace
}  // namespace bftp::server::specimens
