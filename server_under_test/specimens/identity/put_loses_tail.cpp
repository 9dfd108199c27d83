#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Passes on all but the last byte.
class TaillessUpload final : public UploadDecorator {
 public:
  using UploadDecorator::UploadDecorator;
  void write(std::span<const std::byte> bytes) override {
    at_ += bytes.size();
    inner().write(at_ == size() ? bytes.first(bytes.size() - 1) : bytes);
  }

 private:
  std::uint64_t at_ = 0;
};

/// A loop that counts to the size less one.
class PutLosesTail final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (answer.upload && answer.upload->size() > 0)
      answer.upload = std::make_unique<TaillessUpload>(std::move(answer.upload));
  }
};

const Registered registered_put_loses_tail({"put_loses_tail",
                                            "identity",
                                            "PUT stores all but the last byte and says OK",
                                            {},
                                            make_service<PutLosesTail>});

}  // namespace
}  // namespace bftp::server::specimens
