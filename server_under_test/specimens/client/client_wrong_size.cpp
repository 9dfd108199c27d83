#include <string>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// The whole file comes, but by what was announced it is not the whole.
class ClientWrongSize final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (!answer.body) return;
    answer.reply.detail = std::to_string(answer.body->size() + settings.count("bytes"));
    answer.ending = Ending::close;
  }
};

const Registered registered_client_wrong_size(
    {"client_wrong_size",
     "client",
     "announces more than the file has, sends the file and closes, for every GET",
     {{"bytes", 4'096, 1, 1e9, "bytes"}},
     make_service<ClientWrongSize>});

}  // namespace
}  // namespace bftp::server::specimens
