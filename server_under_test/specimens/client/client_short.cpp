#include "server_under_test/specimens/client/half_source.hpp"

namespace bftp::server::specimens {
namespace {

class ClosedAtHalf final : public HalfSource {
 public:
  using HalfSource::HalfSource;

 protected:
  std::size_t after_half() override { return 0; }
};

/// The end of a connection is no end of a file whose size is known.
class ClientShort final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (answer.body) answer.body = std::make_unique<ClosedAtHalf>(std::move(answer.body));
  }
};

const Registered registered_client_short(
    {"client_short",
     "client",
     "announces the file, sends half of it and closes in order, for every GET",
     {},
     make_service<ClientShort>});

}  // namespace
}  // namespace bftp::server::specimens
