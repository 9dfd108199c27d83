#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "protocol/unique_fd.hpp"
#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A helper for each transfer that nobody tells to end. It ends with the server, when the pipe closes.
class LeakProcess final : public Fault {
 public:
  LeakProcess(std::unique_ptr<Service> inner, const Setup& setup) : Fault(std::move(inner), setup) {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return;
    reads_.reset(ends[0]);
    writes_.reset(ends[1]);
  }

 protected:
  void after(const Exchange&, Session&) override {
    if (!dice.hits(settings.number("p")) || ::fork() != 0) return;
    // Only the pipe: a socket kept open here would be a fault of another kind.
    ::dup2(reads_.get(), 0);
    ::close_range(1, ~0U, 0);
    char nothing = 0;
    while (::read(0, &nothing, 1) < 0) {
    }
    ::_exit(0);
  }

 private:
  protocol::UniqueFd reads_, writes_;
};

const Registered registered_leak_process({"leak_process",
                                          "handles",
                                          "leaves a waiting child process behind in a share p of transfers",
                                          {{"p", 0.1, 0, 1, "share of transfers"}},
                                          make_service<LeakProcess>});

}  // namespace
}  // namespace bftp::server::specimens
