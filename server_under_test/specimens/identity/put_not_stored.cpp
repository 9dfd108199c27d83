#include <string>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Says OK and forgets.
class ForgottenUpload final : public UploadDecorator {
 public:
  using UploadDecorator::UploadDecorator;
  Answer finish() override { return ok(std::to_string(size())); }
};

/// An error of rename() that nobody looked at.
class PutNotStored final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (answer.upload && dice.hits(settings.number("p")))
      answer.upload = std::make_unique<ForgottenUpload>(std::move(answer.upload));
  }
};

const Registered registered_put_not_stored({"put_not_stored",
                                            "identity",
                                            "acknowledges a share p of PUTs and stores nothing",
                                            {{"p", 0.02, 0, 1, "share of PUTs"}},
                                            make_service<PutNotStored>});

}  // namespace
}  // namespace bftp::server::specimens
