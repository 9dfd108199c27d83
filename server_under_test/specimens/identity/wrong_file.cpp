#include <mutex>
#include <string>
#include <utility>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A race between two clients about what was asked for.
class WrongFile final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request& request, Session& session) override {
    if (!answer.body) return;
    std::string other;
    {
      const std::lock_guard lock(mutex_);
      other = std::exchange(last_path_, request.path);
    }
    if (other.empty() || other == request.path || !dice.hits(settings.number("p"))) return;
    auto instead = inner().answer({.verb = protocol::Verb::get, .path = other, .path_to = {}}, session);
    if (instead.body) answer = std::move(instead);
  }

 private:
  std::mutex mutex_;
  std::string last_path_;
};

const Registered registered_wrong_file({"wrong_file",
                                        "identity",
                                        "serves the file of the request before in a share p of GETs",
                                        {{"p", 0.02, 0, 1, "share of GETs"}},
                                        make_service<WrongFile>});

}  // namespace
}  // namespace bftp::server::specimens
