#include <algorithm>
#include <vector>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Keeps zeros back until something else comes, as who seeks over them does.
class SeekingUpload final : public UploadDecorator {
 public:
  using UploadDecorator::UploadDecorator;
  void write(std::span<const std::byte> bytes) override {
    const auto last =
        std::find_if(bytes.rbegin(), bytes.rend(), [](std::byte b) { return b != std::byte{0}; });
    const auto until_last = static_cast<std::size_t>(bytes.rend() - last);
    if (until_last > 0) {
      const std::vector<std::byte> zeros(std::exchange(zeros_, 0));
      if (!zeros.empty()) inner().write(zeros);
      inner().write(bytes.first(until_last));
    }
    zeros_ += bytes.size() - until_last;
  }

 private:
  std::size_t zeros_ = 0;
};

/// A sparse copy without the ftruncate() at its end.
class PutSkipsZeros final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (answer.upload) answer.upload = std::make_unique<SeekingUpload>(std::move(answer.upload));
  }
};

const Registered registered_put_skips_zeros({"put_skips_zeros",
                                             "identity",
                                             "PUT leaves out the zeros that a file ends in and says OK",
                                             {},
                                             make_service<PutSkipsZeros>});

}  // namespace
}  // namespace bftp::server::specimens
