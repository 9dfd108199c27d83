#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// printf("%08X"): clause 1.3 has a sender write lower case.
class UpperCaseHeader final : public Fault {
 public:
  using Fault::Fault;
  void frame(const protocol::Reply& reply, const Framing& framing, std::string& wire) override {
    const auto start = wire.size();
    Fault::frame(reply, framing, wire);
    for (auto at = start; at < start + 8; ++at)
      if (wire[at] >= 'a' && wire[at] <= 'f') wire[at] = static_cast<char>(wire[at] - 'a' + 'A');
  }
};

const Registered registered_upper_case_header(
    {"upper_case_header", "framing", "writes its headers in upper case", {}, make_service<UpperCaseHeader>});

}  // namespace
}  // namespace bftp::server::specimens
