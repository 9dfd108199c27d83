#include "harness/plan/command_template.hpp"
#include "harness/plan/make_plan.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace bftp::fuzz {

/// A plan file either is refused with a message, or gives a plan that writes itself down and reads back the
/// same.
void fuzz_plan(std::string_view input) {
  const auto plan = plan::make_plan_from_text(input, "fuzz.toml", {});
  if (!plan) {
    BFTP_FUZZ_CHECK(!plan.error().message.empty());
    BFTP_FUZZ_CHECK(plan.error().kind == protocol::ErrorKind::invalid_input);
    return;
  }
  BFTP_FUZZ_CHECK(!plan->fixtures.empty() && plan->iterations > 0 && plan->clients.count > 0);
  BFTP_FUZZ_CHECK(plan->rounds <= plan->iterations && plan->large_iterations <= plan->iterations);
  const auto again = plan::make_plan_from_text(plan::to_toml(*plan), "again.toml", {});
  BFTP_FUZZ_CHECK(again && *again == *plan);
}

/// A command either is refused, or splits into words that quote and split into the same words.
void fuzz_command(std::string_view input) {
  const auto argv = plan::parse_command(input, plan::server_placeholders());
  if (!argv) {
    BFTP_FUZZ_CHECK(!argv.error().message.empty());
    return;
  }
  BFTP_FUZZ_CHECK(!argv->empty() && !argv->front().empty());
  const auto again = plan::split_command(plan::quote_command(*argv));
  BFTP_FUZZ_CHECK(again && *again == *argv);
  const auto filled = plan::substitute(*argv, {{"host", "{port}"}, {"port", "$x '"}, {"root", ""}});
  BFTP_FUZZ_CHECK(filled.size() == argv->size());
}

}  // namespace bftp::fuzz
