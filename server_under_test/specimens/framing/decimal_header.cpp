#include <string>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// The length in decimal digits: right up to nine.
class DecimalHeader final : public Fault {
 public:
  using Fault::Fault;
  void frame(const protocol::Reply& reply, const Framing& framing, std::string& wire) override {
    const auto start = wire.size();
    Fault::frame(reply, framing, wire);
    const auto length = std::to_string(wire.size() - start - 8);
    wire.replace(start, 8, std::string(8 - length.size(), '0') + length);
  }
};

const Registered registered_decimal_header({"decimal_header",
                                            "framing",
                                            "writes the length of a reply in decimal",
                                            {},
                                            make_service<DecimalHeader>});

}  // namespace
}  // namespace bftp::server::specimens
