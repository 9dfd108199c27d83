#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "protocol/unique_fd.hpp"
#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// One helper that lives as long as the server.
class HelperProcess final : public Fault {
 public:
  HelperProcess(std::unique_ptr<Service> inner, const Setup& setup) : Fault(std::move(inner), setup) {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return;
    const protocol::UniqueFd reads(ends[0]);
    writes_.reset(ends[1]);
    if (::fork() != 0) return;
    ::dup2(reads.get(), 0);
    ::close_range(1, ~0U, 0);
    char nothing = 0;
    while (::read(0, &nothing, 1) < 0) {
    }
    ::_exit(0);
  }

 private:
  protocol::UniqueFd writes_;
};

const Registered registered_helper_process({"helper_process",
                                            "healthy",
                                            "has one helper process, from its start to its end",
                                            {},
                                            make_service<HelperProcess>});

}  // namespace
}  // namespace bftp::server::specimens
