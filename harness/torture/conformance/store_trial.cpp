#include "harness/torture/conformance/store_trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "harness/torture/finding.hpp"
#include "harness/torture/own_file.hpp"
#include "harness/torture/test_content.hpp"

namespace bftp::torture {

using record::CaseResult;
using Kind = FileAnswer::Kind;

namespace {

constexpr const char* stale_cause =
    "The server keeps what it has read or looked up (a cache by name), and PUT and DELETE do not tell the "
    "cache. Drop the name from it, for all connections and processes, before PUT or DELETE is answered. To "
    "compare size and time of the file is not enough where the time counts whole seconds: the content can "
    "change twice within one.";

const char* cause_of_other_content(std::string_view got, std::string_view due) {
  if (got.size() < due.size() && due.starts_with(got))
    return "The end is missing: what was left in a buffer was not written when the last byte had come. "
           "Flush and close the file before the second OK, and look at what write() and close() return.";
  if (got.size() == due.size())
    return "The length is right and the bytes are not: a buffer that was full to its last byte was not "
           "written, or was written twice, or its place in the file was reckoned wrongly.";
  return "Old and new content are mixed: the file was opened to append, or without being cut (O_TRUNC), or "
         "was written in place while a part of it was kept elsewhere.";
}

bool is_bftp(const CaseContext& context) {
  return context.speech().dialect() == "bftp";
}

}  // namespace

std::string trial_content(std::size_t size, unsigned kind) {
  return test_content(0, size, kind);
}

FileAnswer StoreTrial::enter(std::unique_ptr<FileSession>& session) {
  session.reset();  // a server of one client at a time has to see the end of one before another
  session = context_.speech().file_session(context_.visit());
  auto entered = session->enter();
  if (!entered.done()) session.reset();  // nobody asks anything of one that was not let in
  return entered;
}

template <typename Ask>
FileAnswer StoreTrial::ask(const Ask& request) {
  if (session_ == nullptr)
    if (auto entered = enter(session_); !entered.done()) return entered;
  auto answer = request(*session_);
  if (answer.kind != Kind::closed) return answer;
  if (auto entered = enter(session_); !entered.done()) return answer;
  return request(*session_);
}

bool StoreTrial::over(CaseResult result, std::string happened, std::string cause) {
  finding_.result = result;
  finding_.happened = std::move(happened);
  finding_.cause = std::move(cause);
  return false;
}

bool StoreTrial::connect() {
  const auto entered = enter(session_);
  return entered.done() || over(CaseResult::unknown, "the server let nobody in: " + entered.words);
}

bool StoreTrial::connect_reader() {
  auto answer = enter(reader_);
  const bool is_in = answer.done();
  if (is_in) answer = reader_->fetch(context_.own_name());
  const bool has_answer =
      answer.kind != Kind::lost && answer.kind != Kind::busy && answer.kind != Kind::closed;
  if (is_in && has_answer) return true;
  return over(
      CaseResult::skipped,
      "a second client had no answer while the first was there, so the server serves one at a time: " +
          answer.words);
}

bool StoreTrial::ask_too_early() {
  static_cast<void>(ask([&](auto& session) { return session.fetch(context_.own_name()); }));
  return true;
}

bool StoreTrial::store(std::string content) {
  const auto answer = ask([&](auto& session) { return session.store(context_.own_name(), content); });
  is_there_ = is_there_ || answer.done() || !answer.refuses();
  if (answer.refuses())
    return over(CaseResult::skipped, "the server takes no file of a new name: " + answer.words);
  if (!answer.done()) return over_unanswered(answer);
  stored_.push_back(std::move(content));
  return true;
}

bool StoreTrial::over_unanswered(const FileAnswer& answer) {
  std::string happened = "the server neither took nor refused a file: " + answer.words;
  if (is_bftp(context_)) return over(CaseResult::broken, std::move(happened), unanswered_put_cause);
  // Transfers are judged elsewhere, where the run has PUTs at all.
  return over(CaseResult::tolerated, std::move(happened),
              "A server that has no STOR says so (502), and serves on.");
}

bool StoreTrial::replace(std::string content) {
  const auto answer = ask([&](auto& session) { return session.store(context_.own_name(), content); });
  if (answer.done()) {
    stored_.push_back(std::move(content));
    return true;
  }
  if (is_bftp(context_) ? may_refuse_to_replace(answer) : answer.refuses()) return over_refused(answer);
  return over(CaseResult::broken, "the server did not replace a file that it had stored: " + answer.words,
              "PUT creates the file or replaces it whole. Write to a file of another name beside it, and "
              "rename() that onto the name when the last byte has come.");
}

bool StoreTrial::over_refused(const FileAnswer& answer) {
  if (const auto replaced = stored_.size() - 1; replaced > 0)
    return over(
        CaseResult::kept,
        fmt::format("the server had each time what was stored last, as far as it took files: it "
                    "replaced one {}, and not again: {}",
                    replaced == 1 ? std::string("once") : fmt::format("{} times", replaced), answer.words));
  return over(CaseResult::skipped,
              (answer.lacks_room() ? "the server took a file and had no room for the next one: "
                                   : "the server takes new files and replaces none: ") +
                  answer.words);
}

bool StoreTrial::remove() {
  const auto answer = ask([&](auto& session) { return session.remove(context_.own_name()); });
  is_there_ = is_there_ && !answer.done();
  if (answer.done()) return true;
  if (answer.kind == Kind::not_offered)
    return over(CaseResult::skipped, "the server removes no file: " + answer.words);
  return over(CaseResult::broken, "the server did not remove a file that it had stored: " + answer.words);
}

bool StoreTrial::compare(const FileAnswer& answer, std::string_view where) {
  const auto& due = stored_.back();
  if (answer.done() && answer.content == due) return true;
  if (!answer.done())
    return over(
        CaseResult::broken,
        fmt::format("the server did not send, {}, the file that it had stored: {}", where, answer.words),
        answer.kind == Kind::missing ? stale_cause : "");
  if (std::ranges::find(stored_, answer.content) != stored_.end())
    return over(CaseResult::broken,
                fmt::format("the server sent, {}, the old content of {} bytes after it had said that the "
                            "new one of {} bytes was in place",
                            where, answer.content.size(), due.size()),
                stale_cause);
  return over(CaseResult::broken,
              fmt::format("the server sent, {}, {} bytes that are not what it had stored, which has {}: {}",
                          where, answer.content.size(), due.size(), first_difference(answer.content, due)),
              cause_of_other_content(answer.content, due));
}

bool StoreTrial::fetches(std::string_view where) {
  return compare(ask([&](auto& session) { return session.fetch(context_.own_name()); }), where);
}

bool StoreTrial::reader_fetches(std::string_view where) {
  auto answer = reader_->fetch(context_.own_name());
  if (answer.kind == Kind::closed && enter(reader_).done()) answer = reader_->fetch(context_.own_name());
  return compare(answer, where);
}

bool StoreTrial::is_gone(std::string_view where) {
  const auto answer = ask([&](auto& session) { return session.fetch(context_.own_name()); });
  if (answer.kind == Kind::missing) return true;
  if (answer.done())
    return over(
        CaseResult::broken,
        fmt::format("the server sent, {}, a file of {} bytes after it had said that it was removed", where,
                    answer.content.size()),
        std::string("Either the file is still there, and nobody looked at what unlink() returned, or: ") +
            stale_cause);
  if (answer.kind == Kind::lost && answer.words == "it said nothing")
    return over(CaseResult::broken,
                fmt::format("asked, {}, for a file that was removed, {}", where, answer.words));
  return over(CaseResult::tolerated,
              fmt::format("a file that was removed did not come {}, but not by the refusal that is due: {}",
                          where, answer.words));
}

void StoreTrial::tidy_up() {
  reader_.reset();
  if (!is_there_) return;
  const auto tidying = context_.tidies_up();
  const auto gone = [&] {
    const auto answer = ask([&](auto& session) { return session.remove(context_.own_name()); });
    return answer.done() || answer.kind == Kind::missing;
  };
  is_there_ = !gone();
  if (!is_there_) return;
  session_.reset();  // one that was interrupted says nothing any more
  is_there_ = !gone();
}

Finding StoreTrial::finding() && {
  tidy_up();
  if (finding_.happened.empty()) over(CaseResult::kept, "the server had each time what was stored last");
  if (is_there_) finding_.happened += fmt::format("; the file {} could not be removed", context_.own_name());
  return std::move(finding_);
}

Finding StoreCase::run(CaseContext& context) const {
  StoreTrial trial(context);
  if (context.own_name().empty())
    trial.is_not_tried("the server's folder is not ours, and the run has no PUT (--ops)");
  else
    go_through(trial);
  auto finding = std::move(trial).finding();
  finding.done = done();
  finding.expected = expected();
  return finding;
}

}  // namespace bftp::torture
