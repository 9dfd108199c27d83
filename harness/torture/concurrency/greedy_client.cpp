#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "harness/torture/concurrency/held_case.hpp"

namespace bftp::torture {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

/// Requests that lie before the server last for so long, by the time that one of several takes: long enough
/// that one is always there when it looks, and no longer than who empties a buffer first may make others
/// wait.
constexpr microseconds work_ahead{100'000};
constexpr std::size_t ahead_min = 8, ahead_max = 2'000;
constexpr std::size_t trial_requests = 16;
constexpr milliseconds glance{1};
constexpr std::size_t pieces_max = 16;
/// On a busy machine the greedy client is kept waiting too, and others get their turn by that.
constexpr int tries_max = 8;
/// Of the greedy client, while the other waits: with fewer answers nobody can say that it was preferred.
constexpr std::size_t answers_min = 20;
/// Who empties one client's buffer before it turns to the next answers what lay in it, and no more; a
/// scheduler keeps a thread waiting for tenths of a second. Beyond both the other client was kept from being
/// served, even if chance let it through in the end.
constexpr std::size_t starved_times_ahead = 3;
constexpr milliseconds starved_min{500};
constexpr std::size_t unanswered_bytes_max = 4u << 20;  ///< without a whole answer among them

/// One connection, on which one file is asked for again and again.
class Asker {
 public:
  Asker(std::unique_ptr<Wire> wire, const CaseContext& context)
      : wire_(std::move(wire)), speech_(context.speech()), file_(context.files().probe) {}

  /// `times` requests at once.
  void ask(std::size_t times, milliseconds patience) {
    std::string requests;
    for (std::size_t i = 0; i < times; ++i) requests += speech_.ask_further(file_.name, false);
    over_ = over_ || !wire_->send(requests, patience);
    asked_ += times;
  }

  /// Takes what comes within `patience`. Whether anything did.
  bool listen(milliseconds patience) {
    if (over_) return false;
    const auto got = wire_->receive(patience);
    if (!got) {
      over_ = got.error().kind != protocol::ErrorKind::deadline;
      return false;
    }
    received_ += *got;
    over_ = got->empty() || received_.size() > unanswered_bytes_max;
    for (;;) {
      const Heard heard = speech_.hear(received_, over_);
      if (heard.kind != Heard::Kind::file) {
        over_ = over_ || heard.kind != Heard::Kind::incomplete;
        return true;
      }
      ++answers_;
      is_right_ = is_right_ && heard.file() == file_.content;
      over_ = over_ || !heard.goes_on;
      received_.erase(0, heard.bytes);
    }
  }

  bool is_over() const { return over_; }
  bool is_right() const { return is_right_; }  ///< every answer was the file
  std::size_t answers() const { return answers_; }
  std::size_t unanswered() const { return asked_ - answers_; }

 private:
  std::unique_ptr<Wire> wire_;
  const Speech& speech_;
  const KnownFile& file_;
  std::string received_;
  std::size_t asked_ = 0, answers_ = 0;
  bool over_ = false, is_right_ = true;
};

class GreedyClient final : public HeldCase {
 public:
  std::string_view id() const override { return "concurrency.greedy_client"; }
  std::vector<std::string_view> suites() const override { return {"concurrency", "transfer"}; }
  /// One that closes after each answer lets nobody ask in advance.
  bool applies_to(const Speech& speech) const override { return speech.takes_several(); }
  std::string_view title() const override {
    return "A client that asks without a pause does not hold up others";
  }
  std::string_view about() const override {
    return "One client asks for a file on its connection again and again, so far in advance that a request "
           "always lies there when the server looks, and takes all answers. Another one asks for the same "
           "file now and then and has to get it meanwhile. Finds a loop that goes back to the first "
           "connection that is ready, and one that leaves a connection only when nothing more comes. Not "
           "tried on a server that attends to one client at a time, or that answers nothing that is asked in "
           "advance.";
  }

  Finding run(CaseContext& context) const override {
    const auto patience = context.patience();
    auto visit = context.visit();
    visit.log.is_a_dialogue();
    auto greedy_wire = connect(visit, "the greedy client");
    auto other_wire = connect(visit, "the other client");
    if (greedy_wire == nullptr || other_wire == nullptr)
      return skipped("the server does not take two connections at once");
    Asker greedy(std::move(greedy_wire), context), other(std::move(other_wire), context);
    // What the other gets while the greedy one is silent, it can be expected to get.
    if (!served(context, other, 1))
      return skipped("of two clients that are connected the second is not served");
    if (!served(context, greedy, 1) || greedy.is_over() || other.is_over())
      return skipped("the server closes after an answer, so nobody can ask in advance");
    const auto start = context.now();
    if (!served(context, greedy, trial_requests))
      return skipped("the server answers little that is asked in advance");
    const auto each = std::max<microseconds>((context.now() - start) / trial_requests, microseconds(1));
    const auto ahead =
        std::clamp<std::size_t>(static_cast<std::size_t>(work_ahead / each), ahead_min, ahead_max);

    visit.log.said(context.now(), fmt::format("the greedy client asks {} times in advance", ahead));
    greedy.ask(ahead, patience);
    greedy.listen(patience);
    Wait longest;
    for (int tries = 0; tries < tries_max && !longest.in_vain && !other.is_over(); ++tries) {
      const Wait wait = other_asks(context, greedy, other, ahead);
      if (tries == 0 || wait.in_vain || wait.time > longest.time) longest = wait;
    }
    visit.log.said(context.now(),
                   fmt::format("the greedy client had {} answers meanwhile, the other {}",
                               longest.greedy_answers, longest.in_vain ? "none" : "its own, each time"));
    return judged(longest, other.is_right(), ahead);
  }

 private:
  static std::unique_ptr<Wire> connect(const Visit& visit, std::string_view who) {
    auto wire = visit.network.connect(visit.patience);
    visit.log.said(visit.network.now(), fmt::format("{} {}", who, wire ? "connected" : "could not connect"));
    return wire ? std::move(*wire) : nullptr;
  }

  /// The other client's, for one answer.
  struct Wait {
    milliseconds time{0};
    std::size_t greedy_answers = 0;  ///< meanwhile
    bool in_vain = false;
  };

  /// Asks once, while the greedy client goes on.
  static Wait other_asks(CaseContext& context, Asker& greedy, Asker& other, std::size_t ahead) {
    const auto patience = context.patience();
    const std::size_t greedy_before = greedy.answers(), other_before = other.answers();
    const auto start = context.now();
    const auto so_far = [&] {
      return Wait{std::chrono::duration_cast<milliseconds>(context.now() - start),
                  greedy.answers() - greedy_before, other.answers() == other_before};
    };
    const auto is_starved = [&](const Wait& wait) {
      return wait.time >= starved_min && wait.greedy_answers > starved_times_ahead * ahead;
    };
    other.ask(1, patience);
    Wait wait = so_far();
    while (wait.in_vain && !other.is_over() && !is_starved(wait) && wait.time < patience) {
      // All of it, before requests that were answered long ago are taken for some that still wait.
      for (std::size_t pieces = 0; pieces < pieces_max && greedy.listen(glance); ++pieces) continue;
      if (!greedy.is_over() && greedy.unanswered() <= ahead * 3 / 4)
        greedy.ask(ahead - greedy.unanswered(), patience);
      other.listen(glance);
      wait = so_far();
    }
    return wait;
  }

  /// Asks so often at once. Whether every request has its answer.
  static bool served(CaseContext& context, Asker& client, std::size_t times) {
    const auto start = context.now();
    client.ask(times, context.patience());
    while (client.unanswered() > 0 && !client.is_over() && context.now() - start < context.patience())
      client.listen(context.patience());
    return client.unanswered() == 0;
  }

  static Finding judged(const Wait& longest, bool other_is_right, std::size_t ahead) {
    Finding finding;
    if (!other_is_right) {
      finding = broken("another client got other bytes than the file's",
                       "What one connection is sent goes to another: a buffer or a variable that the clients "
                       "share.");
    } else if (!longest.in_vain) {
      finding = kept(fmt::format("another client got the file after {} ms at most, when the first had got {}",
                                 longest.time.count(), longest.greedy_answers));
    } else if (longest.greedy_answers < answers_min) {
      return skipped("the server answers little that is asked in advance");
    } else {
      finding = broken(
          fmt::format("another client had got nothing after {} ms, in which the first got the file {} times",
                      longest.time.count(), longest.greedy_answers),
          "The server goes back to a connection as long as something comes from it, or serves the first "
          "ready one in its list and looks at the list anew each time. Serve every connection that is ready "
          "once before any is served again.");
    }
    finding.done = fmt::format(
        "One client asked for the file again and again, with up to {} requests in advance, and took every "
        "answer; another one asked now and then.",
        ahead);
    finding.expected = "Another client gets its file meanwhile, whole and identical.";
    return finding;
  }
};

BFTP_REGISTER_CASE(GreedyClient)

}  // namespace
}  // namespace bftp::torture
