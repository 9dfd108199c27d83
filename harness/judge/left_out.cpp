#include "harness/judge/left_out.hpp"

#include <fmt/format.h>

#include "harness/judge/client_trials.hpp"
#include "harness/judge/wording.hpp"
#include "protocol/dialects.hpp"

namespace bftp::judge {

std::string why_no_impolite_clients(const record::RunRecord& record) {
  const plan::ServerSpec& server = record.plan.server;
  if (has_external_client(record))
    return "Not tried with an external client: run without --client to judge the server.";
  const auto* facts = protocol::find_dialect_facts(server.dialect);
  if (facts != nullptr && !facts->single_connection)
    return fmt::format("Not tried in the dialect {}: its exchange takes more than one connection.",
                       server.dialect);
  if (server.kind == plan::ServerKind::attached && !server.pid)
    return "Not tried, since the server's resources are unknown: with --attach give its --pid.";
  return {};
}

}  // namespace bftp::judge
