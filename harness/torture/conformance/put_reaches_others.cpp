#include "harness/torture/conformance/store_trial.hpp"

namespace bftp::torture {
namespace {

class PutReachesOthers final : public StoreCase {
 public:
  std::string_view id() const override { return "conformance.put_reaches_others"; }
  std::string_view title() const override { return "Who had the old content gets the new one after PUT"; }
  std::string_view about() const override {
    return "A second client asks for a file that is not there yet and stays connected; the first one stores "
           "it, and the second asks again; the first one replaces it, and the second asks a third time. "
           "Finds "
           "a cache that each connection, process or thread has for itself, of what is missing too. Removes "
           "the file. A server of one client at a time, or that takes or replaces no file, is skipped.";
  }
  bool needs_several_connections() const override { return true; }
  std::vector<std::string> clauses(const Speech& speech) const override {
    if (speech.dialect() == "bftp") return {"4.2", "4.8"};
    return {std::string(speech.clause()), "RFC 959, 4.1.3"};
  }

 private:
  std::string done() const override {
    return "One client stored a file that another had asked for before, and replaced it when that one had "
           "fetched it; the other asked again each time, on a connection that stayed open.";
  }
  std::string expected() const override { return "The second client gets what was stored last."; }

  void go_through(StoreTrial& trial) const override {
    static_cast<void>(trial.connect() && trial.connect_reader() && trial.store(trial_content(4'099, 0)) &&
                      trial.reader_fetches("on a connection that had asked before there was one") &&
                      trial.replace(trial_content(4'099, 1)) &&
                      trial.reader_fetches("on a connection that had the old content"));
  }
};

BFTP_REGISTER_CASE(PutReachesOthers)

}  // namespace
}  // namespace bftp::torture
