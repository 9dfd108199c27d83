#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// printf("%8x"): leading blanks are no hexadecimal digits.
class SpacePaddedHeader final : public Fault {
 public:
  using Fault::Fault;
  void frame(const protocol::Reply& reply, const Framing& framing, std::string& wire) override {
    const auto start = wire.size();
    Fault::frame(reply, framing, wire);
    for (auto at = start; at < start + 7 && wire[at] == '0'; ++at) wire[at] = ' ';
  }
};

const Registered registered_space_padded_header({"space_padded_header",
                                                 "framing",
                                                 "pads its headers with blanks in place of zeros",
                                                 {},
                                                 make_service<SpacePaddedHeader>});

}  // namespace
}  // namespace bftp::server::specimens
