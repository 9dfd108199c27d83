#include "harness/judge/transfer_clauses.hpp"

#include "protocol/dialects.hpp"

namespace bftp::judge {

std::vector<std::string> transfer_clauses(const record::RunRecord& record) {
  const auto* facts = protocol::find_dialect_facts(record.plan.server.dialect);
  if (facts == nullptr || record.plan.server.dialect == "bftp") return {"4.1", "4.2"};
  return {facts->clause.starts_with("7.") ? std::string(facts->clause) : "7.7"};  // HTTP/1.1 is in HTTP's
}

}  // namespace bftp::judge
