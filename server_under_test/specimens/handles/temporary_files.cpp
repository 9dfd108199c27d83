#include <fstream>
#include <string>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A lock file for each upload, never removed.
class TemporaryFiles final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (answer.upload)
      std::ofstream(options.root + "/upload-" + std::to_string(count_.fetch_add(1)) + ".tmp");
  }

 private:
  std::atomic<std::uint64_t> count_{0};
};

const Registered registered_temporary_files({"temporary_files",
                                             "handles",
                                             "leaves a file of its own in the root for each PUT",
                                             {},
                                             make_service<TemporaryFiles>});

}  // namespace
}  // namespace bftp::server::specimens
