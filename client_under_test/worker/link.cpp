#include "client_under_test/worker/link.hpp"

namespace bftp::client::worker {

Link::Link(std::string host, std::uint16_t port, const TlsTrust* trust)
    : host_(std::move(host)), port_(port), trust_(trust) {
  const bool is_v6 = host_.find(':') != std::string::npos;
  text_ = (is_v6 ? "[" + host_ + "]" : host_) + ":" + std::to_string(port_);
  auto found = resolve(host_, port_);
  if (found) {
    addresses_ = std::move(*found);
  } else {
    unresolved_ = found.error().message;
  }
}

Io Link::open(int receive_buffer_bytes, std::int64_t deadline_ns) {
  Io last{IoStatus::local, 0, 0};
  for (std::size_t tried = 0; tried < addresses_.size(); ++tried) {
    const std::size_t index = (preferred_ + tried) % addresses_.size();
    last = socket_.connect(addresses_[index], receive_buffer_bytes, deadline_ns);
    if (last.status == IoStatus::done) {
      preferred_ = index;
      return trust_ != nullptr ? socket_.secure(*trust_, host_, deadline_ns) : last;
    }
  }
  return last;
}

void Link::drop_if_stale() {
  if (socket_.is_open() && socket_.peek().status != IoStatus::deadline) socket_.close();
}

}  // namespace bftp::client::worker
