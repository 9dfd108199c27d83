#include <semaphore>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A lock around the whole transfer: a client that does not read keeps all others waiting.
class OneAtATime final : public Fault {
 public:
  using Fault::Fault;
  Answer answer(const protocol::Request& request, Session& session) override {
    turn_.acquire();
    holder_.store(&session);
    return Fault::answer(request, session);
  }
  void finished(const Exchange& exchange, Session& session) override {
    Fault::finished(exchange, session);
    const Session* mine = &session;
    if (holder_.compare_exchange_strong(mine, nullptr)) turn_.release();
  }

 private:
  std::binary_semaphore turn_{1};
  std::atomic<const Session*> holder_{nullptr};
};

const Registered registered_one_at_a_time(
    {"one_at_a_time",
     "concurrency",
     "serves one request at a time, a slow client keeps all others waiting, against clause 6.1",
     {},
     make_service<OneAtATime>});

}  // namespace
}  // namespace bftp::server::specimens
