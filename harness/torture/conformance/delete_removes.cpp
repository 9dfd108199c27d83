#include "harness/torture/conformance/store_trial.hpp"

namespace bftp::torture {
namespace {

class DeleteRemoves final : public StoreCase {
 public:
  std::string_view id() const override { return "conformance.delete_removes"; }
  std::string_view title() const override { return "A file that DELETE removed does not come any more"; }
  std::string_view about() const override {
    return "Stores a file of a new name, fetches it, deletes it and asks for it again, on the same "
           "connection "
           "and on a new one; stores another under the same name and fetches that. A server that takes or "
           "removes no file is skipped.";
  }
  std::vector<std::string> clauses(const Speech& speech) const override {
    if (speech.dialect() == "bftp") return {"4.6", "4.13"};
    return {std::string(speech.clause()), "RFC 959, 4.1.3"};
  }

 private:
  std::string done() const override {
    return "A file was stored, fetched, deleted and asked for again; then another was stored under its name.";
  }
  std::string expected() const override {
    return "An orderly no once it is deleted, and the new file once there is one.";
  }

  void go_through(StoreTrial& trial) const override {
    constexpr const char* next = "on a new connection";
    static_cast<void>(trial.connect() && trial.store(trial_content(4'099, 0)) &&
                      trial.fetches("on the same connection") && trial.remove() &&
                      trial.is_gone("on the same connection") && trial.connect() && trial.is_gone(next) &&
                      trial.store(trial_content(4'099, 1)) && trial.connect() && trial.fetches(next));
  }
};

BFTP_REGISTER_CASE(DeleteRemoves)

}  // namespace
}  // namespace bftp::torture
