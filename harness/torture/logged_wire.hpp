#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "harness/torture/visit.hpp"

namespace bftp::torture {

/// A connection that writes down what passes on it, and how it ends.
class LoggedWire final : public Wire {
 public:
  LoggedWire(std::unique_ptr<Wire> wire, const Visit& visit) : wire_(std::move(wire)), visit_(visit) {}

  protocol::Result<void> send(std::string_view bytes, std::chrono::milliseconds patience) override;
  protocol::Result<std::string> receive(std::chrono::milliseconds patience) override;
  void end_sending() override;
  bool is_too_old() const override { return wire_->is_too_old(); }

  /// Sends `bytes`, of which the log shows `shown` in their place.
  protocol::Result<void> send_secret(std::string_view bytes, std::string_view shown,
                                     std::chrono::milliseconds patience);

 private:
  void note_end(const protocol::Error& error, std::chrono::milliseconds patience);

  std::unique_ptr<Wire> wire_;
  Visit visit_;
};

}  // namespace bftp::torture
