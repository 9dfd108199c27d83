#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "harness/torture/bftp_files.hpp"
#include "harness/torture/case.hpp"
#include "harness/torture/found.hpp"
#include "harness/torture/own_file.hpp"

/// Cases of clause 4.8 that hold an upload half done: what others see of it meanwhile.
namespace bftp::torture {

/// In suite conformance alone: a server that writes in place is what a course begins with, and who wants to
/// know asks.
class HalfPutCase : public Case {
 public:
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance", "transfer"}; }
  bool needs_several_connections() const override { return true; }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  Finding run(CaseContext& context) const final;

 protected:
  virtual std::string done() const = 0;
  virtual std::string expected() const = 0;
  /// Writer and reader have come in, and the server has answered both: it attends to several clients.
  virtual Finding go_through(CaseContext& context, const OwnFile& file, BftpFiles& writer,
                             BftpFiles& reader) const = 0;

  /// So long that the half of it is no longer in a buffer of the server's library.
  static constexpr std::size_t content_bytes = 300'000;
  /// For what has been sent to be read and written.
  static constexpr std::chrono::milliseconds moment{100};
};

}  // namespace bftp::torture
