#include "server_under_test/specimens/fault.hpp"
#include "server_under_test/specimens/hoard.hpp"

namespace bftp::server::specimens {
namespace {

/// The buffer of an upload.
class LeakOnPut final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (answer.upload) lose();
  }

 private:
  void lose() { lost_.keep(touched(static_cast<std::size_t>(settings.number("kib") * 1024))); }
  Hoard<std::unique_ptr<char[]>> lost_;
};

const Registered registered_leak_on_put({"leak_on_put",
                                         "memory",
                                         "loses kib KiB in each PUT",
                                         {{"kib", 16, 0.01, 1e6, "KiB each"}},
                                         make_service<LeakOnPut>});

}  // namespace
}  // namespace bftp::server::specimens
