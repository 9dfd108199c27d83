#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "harness/torture/file_session.hpp"
#include "harness/torture/logged_wire.hpp"
#include "harness/torture/visit.hpp"
#include "protocol/request.hpp"

namespace bftp::torture {

/// `payload` behind its header (clause 1.2), for what a case asks that no session does.
std::string message(std::string_view payload);

/// A user of BFTP: GET (clause 4.1), PUT (4.2), DELETE (4.6).
class BftpFiles final : public FileSession {
 public:
  explicit BftpFiles(const Visit& visit) : visit_(visit) {}
  FileAnswer enter() override;
  FileAnswer fetch(std::string_view name) override;
  FileAnswer store(std::string_view name, std::string_view content) override;
  FileAnswer remove(std::string_view name) override;

 private:
  /// A reply message, or how there came none.
  struct Heard {
    std::optional<protocol::Reply> reply;
    FileAnswer otherwise;
  };
  Heard ask(const std::string& request);
  Heard reply();
  /// What is to be said of a reply where OK ends the matter.
  static FileAnswer answer_of(const Heard& heard);
  /// Takes bytes until `size` of them have come; else how they did not.
  std::optional<FileAnswer> await(std::size_t size);

  Visit visit_;
  std::unique_ptr<LoggedWire> wire_;
  std::string received_;  ///< not yet taken
};

}  // namespace bftp::torture
