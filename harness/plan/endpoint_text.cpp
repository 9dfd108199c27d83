#include "harness/plan/endpoint_text.hpp"

#include "harness/plan/units.hpp"

namespace bftp::plan {

protocol::Result<protocol::Endpoint> parse_endpoint(std::string_view text) {
  const protocol::Error wrong{
      protocol::ErrorKind::invalid_input,
      "\"" + std::string(text.substr(0, 80)) +
          "\" is no address; right are 127.0.0.1:12345, server.example:12345, [::1]:12345",
      0};
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong;
  auto host = text.substr(0, colon);
  const auto port = parse_count(text.substr(colon + 1));
  if (!port || *port == 0 || *port > 65'535) return wrong;
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  const bool has_colon = host.find(':') != std::string_view::npos;
  if (host.empty() || host.size() > 255 || has_colon != bracketed ||
      host.find_first_of("[] \t/") != std::string_view::npos)
    return wrong;
  return protocol::Endpoint{std::string(host), static_cast<std::uint16_t>(*port)};
}

}  // namespace bftp::plan
