#include <string>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// The size of a buffer in place of the size of the file.
class AnnounceTooMuch final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (answer.body) answer.reply.detail = std::to_string(answer.body->size() + settings.count("bytes"));
  }
};

const Registered registered_announce_too_much({"announce_too_much",
                                               "framing",
                                               "GET announces some bytes more than it sends",
                                               {{"bytes", 1, 1, 1e9, "bytes"}},
                                               make_service<AnnounceTooMuch>});

}  // namespace
}  // namespace bftp::server::specimens
