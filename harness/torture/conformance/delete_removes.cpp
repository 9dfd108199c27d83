#include "harness/torture/conformance/store_trial.hpp"

namespace bftp::torture {
namespace {

class DeleteRemoves final : public StoreCase {
 public:
  std::string_view id() const override { return "conformance.delete_removes"; }
  std::string_view title() const override { return "A file that DELETE removed does not come any more"; }
  std::string_view about() const override {
    return "Stores a file of a new name, fetches it, deletes it and asks for it again, on the same "
           "connection and on a new one. A server that takes or removes no file is skipped.";
  }
  std::vector<std::string> clauses(const Speech& speech) const override {
    if (speech.dialect() == "bftp") return {"4.6", "4.2"};
    return {std::string(speech.clause()), "RFC 959, 4.1.3"};
  }

 private:
  std::string done() const override { return "A file was stored, fetched, deleted and asked for again."; }
  std::string expected() const override { return "An orderly no once it is deleted."; }

  void go_through(StoreTrial& trial) const override {
    static_cast<void>(trial.connect() && trial.store(trial_content(4'099, 0)) &&
                      trial.fetches("on the same connection") && trial.remove() &&
                      trial.is_gone("on the same connection") && trial.connect() &&
                      trial.is_gone("on a new connection"));
  }
};

BFTP_REGISTER_CASE(DeleteRemoves)

}  // namespace
}  // namespace bftp::torture
