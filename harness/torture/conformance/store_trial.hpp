#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/torture/case.hpp"
#include "harness/torture/file_session.hpp"

namespace bftp::torture {

/// One file of the case's own, stored, fetched and removed step by step. Each step returns whether the next
/// one makes sense; once one does not, finding() says what was found. What was stored goes with the object.
///
/// A server may close a connection between two requests: a step is then done on a new one, since that is
/// another case's business.
class StoreTrial {
 public:
  explicit StoreTrial(CaseContext& context) : context_(context), start_(context.now()) {}
  StoreTrial(const StoreTrial&) = delete;
  StoreTrial& operator=(const StoreTrial&) = delete;
  ~StoreTrial() { tidy_up(); }

  /// The connection that the steps go over from now on; the one before ends first.
  bool connect();
  /// Another user, whose connection stays open beside. It asks for the file once, and takes any answer to
  /// that: a server that attends to one client at a time leaves it without one, closes, or says that there
  /// are too many, and the trial is over.
  bool connect_reader();

  /// Asks for the file before there is one, and takes any answer: a server may remember that as well.
  bool ask_too_early();
  /// The first file of the name. A server that refuses files is skipped; in bftp one that leaves a PUT
  /// without its answers is broken.
  bool store(std::string content);
  /// Takes the place of what was stored before. Where the server lawfully refuses, what was replaced up to
  /// then counts, and without any the server is skipped.
  bool replace(std::string content);
  bool remove();

  /// The file as it was stored last has to come, `where`: "on the same connection".
  bool fetches(std::string_view where);
  /// The same for the other user.
  bool reader_fetches(std::string_view where);
  /// The file was removed: an orderly no is due.
  bool is_gone(std::string_view where);

  /// All went as it should as far as there was time.
  void ends_early(std::string happened) { over(record::CaseResult::kept, std::move(happened)); }
  /// Since the trial began.
  std::chrono::microseconds took() { return context_.now() - start_; }
  void is_not_tried(std::string why) { over(record::CaseResult::skipped, std::move(why)); }
  /// Of an unfinished trial, what it came to; else that all went as it should.
  Finding finding() &&;

 private:
  FileAnswer enter(std::unique_ptr<FileSession>& session);
  template <typename Ask>
  FileAnswer ask(const Ask& request);
  bool compare(const FileAnswer& answer, std::string_view where);
  /// The first file was neither taken nor refused.
  bool over_unanswered(const FileAnswer& answer);
  /// A file that is there was not replaced, which is no fault.
  bool over_refused(const FileAnswer& answer);
  bool over(record::CaseResult result, std::string happened, std::string cause = {});
  void tidy_up();

  CaseContext& context_;
  std::chrono::microseconds start_;
  std::unique_ptr<FileSession> session_;
  std::unique_ptr<FileSession> reader_;
  std::vector<std::string> stored_;  ///< contents, the last is the one that is due
  bool is_there_ = false;            ///< on the server, for all that we know
  Finding finding_;
};

/// Cases of a file that is stored: what the clauses demand of it. Nothing of anybody else's is touched: the
/// name is new in each try, and goes afterwards.
class StoreCase : public Case {
 public:
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance", "transfer"}; }
  bool applies_to(const Speech& speech) const override { return speech.stores_files(); }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  Finding run(CaseContext& context) const final;

 protected:
  /// `done` and `expected` of the finding.
  virtual std::string done() const = 0;
  virtual std::string expected() const = 0;
  virtual void go_through(StoreTrial& trial) const = 0;
};

/// `size` bytes without a period; of another `kind`, 0 to 3, every byte differs.
std::string trial_content(std::size_t size, unsigned kind);

}  // namespace bftp::torture
