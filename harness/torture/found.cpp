#include "harness/torture/found.hpp"

#include <utility>

namespace bftp::torture {

using record::CaseResult;

namespace {

Finding found(CaseResult result, std::string happened, std::string cause = {}) {
  Finding finding;
  finding.result = result;
  finding.happened = std::move(happened);
  finding.cause = std::move(cause);
  return finding;
}

}  // namespace

Finding skipped(std::string why) {
  return found(CaseResult::skipped, std::move(why));
}
Finding kept(std::string happened) {
  return found(CaseResult::kept, std::move(happened));
}
Finding tolerated(std::string happened) {
  return found(CaseResult::tolerated, std::move(happened));
}
Finding broken(std::string happened, std::string cause) {
  return found(CaseResult::broken, std::move(happened), std::move(cause));
}

}  // namespace bftp::torture
