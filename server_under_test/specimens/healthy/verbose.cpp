#include <cstdio>
#include <string>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Tells everything, hostile bytes included.
class Verbose final : public Fault {
 public:
  using Fault::Fault;
  void finished(const Exchange& exchange, Session& session) override {
    std::string lines;
    for (std::uint64_t i = 0; i < settings.count("lines"); ++i)
      lines += "[debug] <b>step " + std::to_string(i) + "</b> of " + std::to_string(exchange.bytes) +
               " bytes \x1b[31mred\x1b[0m =1+1,\"&\n";
    static_cast<void>(!std::fwrite(lines.data(), 1, lines.size(), stderr));
    Fault::finished(exchange, session);
  }
};

const Registered registered_verbose({"verbose",
                                     "healthy",
                                     "prints many lines for each request on standard error",
                                     {{"lines", 20, 1, 1e4, "lines"}},
                                     make_service<Verbose>});

}  // namespace
}  // namespace bftp::server::specimens
