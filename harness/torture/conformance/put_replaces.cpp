#include "harness/torture/conformance/store_trial.hpp"

namespace bftp::torture {
namespace {

class PutReplaces final : public StoreCase {
 public:
  std::string_view id() const override { return "conformance.put_replaces"; }
  std::string_view title() const override { return "A file that PUT replaced comes with its new content"; }
  std::string_view about() const override {
    return "Asks for a file of a new name, stores it and fetches it; stores other content of the same "
           "length onto it and fetches it, on the same connection and on a new one; the same with longer "
           "and with shorter content. Removes it. A server that takes or replaces no file is skipped.";
  }
  std::vector<std::string> clauses(const Speech& speech) const override {
    if (speech.dialect() == "bftp") return {"4.8", "4.2"};
    return {std::string(speech.clause()), "RFC 959, 4.1.3"};
  }

 private:
  std::string done() const override {
    return "A file was stored, fetched, replaced and fetched again, with content of the same length, of "
           "more and of less.";
  }
  std::string expected() const override { return "Each time the content that was stored last."; }

  void go_through(StoreTrial& trial) const override {
    constexpr const char* same = "on the same connection";
    constexpr const char* next = "on a new connection";
    static_cast<void>(trial.connect() && trial.ask_too_early() && trial.store(trial_content(4'099, 0)) &&
                      trial.fetches(same) && trial.replace(trial_content(4'099, 1)) && trial.fetches(same) &&
                      trial.connect() && trial.fetches(next) && trial.replace(trial_content(5'003, 2)) &&
                      trial.fetches(same) && trial.replace(trial_content(1'021, 3)) && trial.fetches(same) &&
                      trial.connect() && trial.fetches(next));
  }
};

BFTP_REGISTER_CASE(PutReplaces)

}  // namespace
}  // namespace bftp::torture
