#include <fstream>
#include <string>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Writes straight to the file that it replaces.
class EarlyUpload final : public UploadDecorator {
 public:
  EarlyUpload(std::unique_ptr<Upload> inner, const std::string& path)
      : UploadDecorator(std::move(inner)), file_(path, std::ios::binary) {}
  void write(std::span<const std::byte> bytes) override {
    for (const auto byte : bytes) file_.put(static_cast<char>(byte));
    file_.flush();
    UploadDecorator::write(bytes);
  }

 private:
  std::ofstream file_;
};

/// open(path, "w") at the first byte: clause 4.8 has readers see the old content or the new.
class PutVisibleEarly final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request& request, Session& session) override {
    const auto path = path_of(request, session);
    if (answer.upload && path)
      answer.upload = std::make_unique<EarlyUpload>(std::move(answer.upload), options.root + *path);
  }
};

const Registered registered_put_visible_early(
    {"put_visible_early",
     "conformance",
     "PUT writes over the old file while it comes in, against clause 4.8",
     {},
     make_service<PutVisibleEarly>});

}  // namespace
}  // namespace bftp::server::specimens
