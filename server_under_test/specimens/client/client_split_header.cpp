#include <algorithm>
#include <string>

#include "server_under_test/dialects/dialect.hpp"
#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Marks a reply that its body brings along. No reply of the reference service holds a control character.
constexpr std::string_view in_body = "\x01";

/// Clause 1.4: segment borders mean nothing. The reply byte by byte, the content as it comes.
class SplitSource final : public SourceDecorator {
 public:
  SplitSource(std::unique_ptr<Source> inner, std::string reply, double gap_ms)
      : SourceDecorator(std::move(inner)), reply_(std::move(reply)), gap_ms_(gap_ms) {}
  std::uint64_t size() const override { return reply_.size() + SourceDecorator::size(); }
  std::size_t read(std::span<std::byte> into) override {
    if (sent_ == reply_.size()) return SourceDecorator::read(into);
    if (sent_ > 0) pause(std::chrono::duration<double, std::milli>(gap_ms_));
    into[0] = static_cast<std::byte>(reply_[sent_++]);
    if (sent_ == reply_.size()) pause(std::chrono::duration<double, std::milli>(gap_ms_));
    return 1;
  }

 private:
  std::string reply_;
  std::size_t sent_ = 0;
  double gap_ms_;
};

class ClientSplitHeader final : public Fault {
 public:
  using Fault::Fault;
  void frame(const protocol::Reply& reply, const Framing& framing, std::string& wire) override {
    if (reply.detail != in_body) Fault::frame(reply, framing, wire);
  }

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (!answer.body) return;
    std::string reply;
    // A request that is no GET has no body, and a dialect that differs by request differs there only.
    Fault::frame(answer.reply, {*find_dialect(options.dialect), {}}, reply);
    answer.body =
        std::make_unique<SplitSource>(std::move(answer.body), std::move(reply), settings.number("gap_ms"));
    answer.reply.detail = in_body;
  }
};

const Registered registered_client_split_header(
    {"client_split_header",
     "client",
     "sends the reply to every GET byte by byte, with a gap after each",
     {{"gap_ms", 20, 0, 1e4, "ms"}},
     make_service<ClientSplitHeader>});

}  // namespace
}  // namespace bftp::server::specimens
