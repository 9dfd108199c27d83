#include <vector>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Keeps all that comes until the end.
class WholeUpload final : public UploadDecorator {
 public:
  using UploadDecorator::UploadDecorator;
  void write(std::span<const std::byte> bytes) override {
    kept_.insert(kept_.end(), bytes.begin(), bytes.end());
  }
  Answer finish() override {
    inner().write(kept_);
    return UploadDecorator::finish();
  }

 private:
  std::vector<std::byte> kept_;
};

/// A whole upload in memory before the first byte is stored.
class WholeUploadFault final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (answer.upload) answer.upload = std::make_unique<WholeUpload>(std::move(answer.upload));
  }
};

const Registered registered_whole_upload({"whole_upload",
                                          "memory",
                                          "collects each PUT in memory, all of it, before it stores a byte",
                                          {},
                                          make_service<WholeUploadFault>});

}  // namespace
}  // namespace bftp::server::specimens
