#include "server_under_test/sources.hpp"
#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// f.read(): each client's file in memory, all of it.
class WholeFile final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (answer.body) answer.body = std::make_unique<TextSource>(read_whole(*answer.body));
  }
};

const Registered registered_whole_file(
    {"whole_file", "memory", "reads the whole file into memory for each GET", {}, make_service<WholeFile>});

}  // namespace
}  // namespace bftp::server::specimens
