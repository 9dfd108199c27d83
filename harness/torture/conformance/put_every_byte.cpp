#include "harness/torture/conformance/store_trial.hpp"

namespace bftp::torture {
namespace {

class PutEveryByte final : public StoreCase {
 public:
  std::string_view id() const override { return "conformance.put_every_byte"; }
  std::string_view title() const override { return "A PUT that changes one byte changes the file"; }
  std::string_view about() const override {
    return "Stores a file of 300 kB, and replaces it with content of the same length that differs in the "
           "last byte alone, then in one byte in the middle, then in the first; fetches it each time, on the "
           "same connection and on a new one. Finds a server that takes a file for unchanged by its size, "
           "its time or its first bytes. Removes it. A server that takes or replaces no file is skipped.";
  }
  std::vector<std::string> clauses(const Speech& speech) const override {
    if (speech.dialect() == "bftp") return {"4.8", "4.2"};
    return {std::string(speech.clause()), "RFC 959, 4.1.3"};
  }

 private:
  std::string done() const override {
    return "A file was stored, fetched, and replaced three times with content that differs in one byte.";
  }
  std::string expected() const override { return "Each time the content that was stored last."; }

  void go_through(StoreTrial& trial) const override {
    constexpr std::size_t content_bytes = 300'007;
    std::string content = trial_content(content_bytes, 0);
    if (!(trial.connect() && trial.store(content) && trial.fetches("on the same connection"))) return;
    for (const std::size_t at : {content_bytes - 1, content_bytes / 2, std::size_t{0}}) {
      content[at] = content[at] == 'x' ? 'y' : 'x';  // no zero, which put_zeros is about
      if (!(trial.replace(content) && trial.fetches("on the same connection"))) return;
    }
    static_cast<void>(trial.connect() && trial.fetches("on a new connection"));
  }
};

BFTP_REGISTER_CASE(PutEveryByte)

}  // namespace
}  // namespace bftp::torture
