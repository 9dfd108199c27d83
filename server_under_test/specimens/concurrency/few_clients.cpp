#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A table of clients that is too small, and ERR 503 beyond it.
class FewClients final : public Fault {
 public:
  using Fault::Fault;
  Answer answer(const protocol::Request& request, Session& session) override {
    if (open_.load() > settings.count("clients"))
      return refusal(protocol::ReplyCode::too_many_clients, "too many clients");
    return Fault::answer(request, session);
  }
  void opened(Session& session) override {
    open_.fetch_add(1);
    Fault::opened(session);
  }
  void closed(Session& session) override {
    open_.fetch_sub(1);
    Fault::closed(session);
  }

 private:
  std::atomic<std::uint64_t> open_{0};
};

const Registered registered_few_clients({"few_clients",
                                         "concurrency",
                                         "refuses with ERR 503 while more than a few clients are connected",
                                         {{"clients", 2, 1, 1e6, "clients"}},
                                         make_service<FewClients>});

}  // namespace
}  // namespace bftp::server::specimens
