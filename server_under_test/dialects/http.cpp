#include <ctime>

#include "server_under_test/dialects/http_reply.hpp"
#include "server_under_test/dialects/http_request.hpp"
#include "server_under_test/dialects/naming.hpp"

/// Clause 7.7: GET and HEAD over HTTP/1.0 and HTTP/1.1. 1.0 closes unless asked to keep alive, 1.1 keeps
/// alive unless asked to close; requests may be pipelined. A query is ignored, ranges and conditions are not
/// taken up (RFC 9110 leaves both to the server), a folder is 403.
namespace bftp::server {
namespace {

/// Manner::note: the status to say instead of the reply's code, and whether keeping alive has to be said.
constexpr std::uint32_t status_mask = 0xffff;
constexpr std::uint32_t say_keep_alive = 0x1'0000;

Asked refuse(std::string_view input, const HttpFault& fault) {
  auto asked = no_request(input, protocol::ReplyCode::malformed, fault.text);
  asked.manner.note = fault.status;
  return asked;
}

class Http final : public Dialect {
 public:
  Http(std::string_view name, std::string_view clause) : name_(name), clause_(clause) {}

  std::string_view name() const override { return name_; }
  std::string_view clause() const override { return clause_; }
  std::string_view about() const override { return "HTTP/1.0 and 1.1: GET and HEAD, kept alive, pipelined"; }

  Asked recognise(std::string_view input, Input) const override {
    const auto parsed = parse_http_request(input);
    if (!parsed) return {};
    if (const auto* fault = std::get_if<HttpFault>(&*parsed)) return refuse(input, *fault);
    return understood(std::get<HttpRequest>(*parsed));
  }

  void frame(const protocol::Reply& reply, const Manner& manner, std::string& wire) const override {
    const auto exact = static_cast<std::uint16_t>(manner.note & status_mask);
    const auto code = static_cast<protocol::ReplyCode>(reply.code);
    HttpReplyHead head;
    head.status = reply.ok ? 200 : exact != 0 ? exact : http_status(code);
    head.now = std::time(nullptr);
    head.connection = manner.last ? "close" : (manner.note & say_keep_alive) != 0 ? "keep-alive" : "";
    const auto text = reply.ok ? std::string() : reply.detail + '\n';
    const auto length = reply.ok ? reply.detail : std::to_string(text.size());
    head.content_length = length;
    if (!reply.ok) head.content_type = "text/plain; charset=utf-8";
    wire += http_head(head);
    if (!manner.without_body) wire += text;
  }

 private:
  static Asked understood(const HttpRequest& request) {
    Asked asked{.kind = Asked::Kind::complete, .bytes = request.bytes, .request = {}, .manner = {}};
    asked.manner.last = !request.keep_alive;
    asked.manner.without_body = request.method == "HEAD";
    if (request.keep_alive && !request.is_1_1) asked.manner.note = say_keep_alive;
    if (request.method == "GET" || request.method == "HEAD") {
      asked.request = get_of(request.path);
      return asked;
    }
    asked.request =
        protocol::Refusal{protocol::ReplyCode::unknown_verb, "this server knows GET and HEAD alone"};
    asked.manner.last = true;  // where a body ends that may follow is not known
    return asked;
  }

  std::string_view name_;
  std::string_view clause_;
};

const RegisteredDialect registered_http(std::make_unique<Http>("http", "7.7"));
/// A worker that is told "http1.1" asks in 1.1; the server tells the versions apart by itself.
const RegisteredDialect registered_1_1(std::make_unique<Http>("http1.1", "RFC 9112"));

}  // namespace
}  // namespace bftp::server
