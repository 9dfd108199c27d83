#include <fmt/format.h>

#include <array>
#include <deque>
#include <optional>
#include <string>

#include "harness/torture/conformance/store_trial.hpp"
#include "harness/torture/found.hpp"
#include "harness/torture/own_file.hpp"
#include "protocol/sha256.hpp"

namespace bftp::torture {
namespace {

/// Takes a server some milliseconds to hash: all have asked by then.
constexpr std::size_t hashed_bytes = 2u << 20;
constexpr std::size_t clients_at_once = 4;
constexpr int rounds = 10;

/// What a client asks for, and what is due.
struct Hashed {
  std::string name;
  std::string due;
};

class HashesAtOnce final : public Case {
 public:
  std::string_view id() const override { return "concurrency.hashes_at_once"; }
  std::string_view category() const override { return "concurrency"; }
  std::vector<std::string_view> suites() const override { return {"concurrency", "transfer"}; }
  std::string_view title() const override { return "HASH is right for several clients at once"; }
  std::string_view about() const override {
    return "Stores two files of 2 MiB. Four clients ask for a hash one after the other, and then all four at "
           "once, ten times, two for each file. Finds a digest, a buffer or an open file that all clients "
           "share. Removes the files. A server that serves one client at a time, that takes no file, has no "
           "HASH, is slow at it, or is wrong for one client alone (`conformance.hash_follows`) is skipped.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  bool needs_several_connections() const override { return true; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"5.3", "6.1"}; }

  Finding run(CaseContext& context) const override {
    auto finding = go_through(context);
    finding.done =
        "Four clients asked for the hashes of two files of 2 MiB, each alone and then all at once.";
    finding.expected = "OK and the SHA-256 of the file that was asked for, each time.";
    return finding;
  }

 private:
  static Finding go_through(CaseContext& context) {
    if (context.own_name().empty()) return nothing_may_be_stored();
    const OwnFile file(context);
    const std::string other = file.name() + "-other";
    const LastRequests tidies_up(context, {"DELETE " + other});
    std::array<Hashed, 2> files{{{file.name(), {}}, {other, {}}}};
    std::deque<BftpFiles> clients;
    while (clients.size() < clients_at_once)
      if (const auto entered = clients.emplace_back(context.visit()).enter(); !entered.done())
        return skipped("a further client was not let in: " + entered.words);
    for (unsigned kind = 0; kind < files.size(); ++kind) {
      const std::string content = trial_content(hashed_bytes, kind);
      if (const auto stored = clients.front().store(files[kind].name, content); !stored.done())
        return not_stored(stored);
      files[kind].due = protocol::to_hex(protocol::sha256(content));
    }
    const auto start = context.now();
    if (auto wrong = wrong_alone(clients, files)) return std::move(*wrong);
    // At once they take each other's time, and may not run out of patience.
    if (context.now() - start > context.patience() / 4)
      return skipped(
          "four hashes one after the other take so long that four at once would be waited for in vain");
    return ask_at_once(clients, files);
  }

  static std::optional<Finding> wrong_alone(std::deque<BftpFiles>& clients,
                                            const std::array<Hashed, 2>& files) {
    for (std::size_t i = 0; i < clients.size(); ++i) {
      const auto& asked = files[i % files.size()];
      if (const auto hashed = clients[i].hash(asked.name); !hashed.done() || hashed.content != asked.due)
        return skipped("a client alone did not get the hash, in time or at all: " + in_words(hashed));
    }
    return std::nullopt;
  }

  static Finding ask_at_once(std::deque<BftpFiles>& clients, const std::array<Hashed, 2>& files) {
    for (int round = 1; round <= rounds; ++round) {
      for (std::size_t i = 0; i < clients.size(); ++i)
        clients[i].send_part(message("HASH " + files[i % files.size()].name));
      for (std::size_t i = 0; i < clients.size(); ++i)
        if (auto fault = fault_of(clients[i].hear_told(), files, i % files.size())) return std::move(*fault);
    }
    return kept(fmt::format("all {} hashes that were asked for at once were right",
                            clients.size() * static_cast<std::size_t>(rounds)));
  }

  static std::string in_words(const FileAnswer& hashed) {
    return hashed.done() ? fmt::format("it told \"{}\"", escaped(hashed.content, 80)) : hashed.words;
  }

  static std::optional<Finding> fault_of(const FileAnswer& hashed, const std::array<Hashed, 2>& files,
                                         std::size_t asked) {
    constexpr const char* shared =
        "All clients share what a hash is reckoned with: a digest object, a buffer for the file's bytes, or "
        "one "
        "open file whose position all of them move. Make them anew for each request, as local variables.";
    if (hashed.done() && hashed.content == files[asked].due) return std::nullopt;
    if (!hashed.done())
      return broken("of four clients that asked for a hash at once, one did not get it: " + hashed.words,
                    shared);
    if (hashed.content == files[1 - asked].due)
      return broken(
          "of four clients that asked for a hash at once, one got that of the file that another had "
          "asked for",
          shared);
    return broken(
        fmt::format("of four clients that asked for a hash at once, one got \"{}\", where the SHA-256 "
                    "of the file is {}; asked alone it had got that",
                    escaped(hashed.content, 80), files[asked].due),
        shared);
  }
};

BFTP_REGISTER_CASE(HashesAtOnce)

}  // namespace
}  // namespace bftp::torture
