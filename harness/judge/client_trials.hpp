#pragma once

#include <string>
#include <string_view>

#include "harness/judge/check.hpp"
#include "harness/judge/limits.hpp"

/// How the client under test copes with a server that misbehaves: what the checks `client.short` … have in
/// common.
namespace bftp::judge {

/// What is asked of a client.
enum class ClientDemand : std::uint8_t {
  notice,           ///< end by itself, say that it failed, leave nothing that looks whole
  notice_or_right,  ///< that, or have exactly the announced bytes
  succeed,          ///< have the file, and say so
};

/// One of the trials' checks, in words.
struct TrialCheck {
  std::string_view behaviour;  ///< "short"
  ClientDemand demand = ClientDemand::notice;
  std::string_view server_did;  ///< "The server announced the file, sent half of it and closed in order."
  std::string_view expected;
  std::string_view cause;  ///< of a failure, for a student
  /// The dialects whose end of file is the close cannot show this to a client.
  bool needs_announced_size = false;
};

Verdict judge_trials(const Check& check, const Evidence& evidence, const TrialCheck& trial);

/// Base of the checks: id, title and about as given, no limits, no repeats.
class ClientTrialCheck : public Check {
 public:
  Category category() const override { return Category::client; }
  std::vector<LimitSpec> limits() const override { return {}; }
  bool needs_confirmation() const override { return false; }
};

/// True if the run's transfers were made by an external client.
bool has_external_client(const record::RunRecord& record);
/// "the client" with how it ended: "exit status 0", "signal 9", "was killed at its deadline".
std::string ending_in_words(const record::TransferRecord& transfer);

}  // namespace bftp::judge
