#pragma once

#include <chrono>
#include <cstdint>
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

  /// The two halves of fetch(). Done: `size` bytes are on their way.
  struct BegunFetch {
    FileAnswer answer;
    std::uint64_t size = 0;
  };
  BegunFetch begin_fetch(std::string_view name);
  FileAnswer end_fetch(std::uint64_t size);
  /// Likewise, by a client that takes what has come, waits a quarter of a second, and so on for `time`; the
  /// rest at once.
  FileAnswer end_fetch_slowly(std::uint64_t size, std::chrono::milliseconds time);
  /// The two halves of store(). Done: the server awaits `size` bytes.
  FileAnswer begin_store(std::string_view name, std::size_t size);
  /// Of the bytes that the server awaits, some.
  void send_part(std::string_view part);
  /// All that are left. Done: the file is in place.
  FileAnswer end_store(std::string_view rest);
  /// The answer to a request that was sent already: to the last of a PUT's bytes, or a GET.
  FileAnswer hear_stored() { return answer_of(reply()); }
  /// Likewise, where OK ends the matter. Done: `content` is what came behind OK.
  FileAnswer hear_told();
  FileAnswer hear_file();
  /// HASH (5.3). Done: `content` is what came behind OK.
  FileAnswer hash(std::string_view name);
  /// CD (4.5). Done: `content` is the path that came behind OK.
  FileAnswer change_folder(std::string_view name);
  /// PWD (4.4). Likewise.
  FileAnswer where();
  /// RANGE (5.6). Done: `content` is the part.
  FileAnswer range(std::uint64_t offset, std::uint64_t length, std::string_view name);
  /// LIST (4.3); no path: of the current folder. Done: `content` is the listing.
  FileAnswer list(std::string_view path = {});
  /// A request where OK ends the matter. Done: `content` is what came behind OK.
  FileAnswer tell(const std::string& request);
  /// Done: the server has closed, and sent nothing more.
  FileAnswer hear_end();
  /// Closes, in the middle of whatever goes on.
  void leave() { wire_.reset(); }

 private:
  /// A reply message, or how there came none.
  struct Heard {
    std::optional<protocol::Reply> reply;
    FileAnswer otherwise;
  };
  /// A first request that meets ERR 503 is made again on another connection as long as patience lasts: that
  /// the client before has gone may not have been noticed yet.
  Heard ask(const std::string& request);
  Heard reply();
  static BegunFetch hear_size(const Heard& heard);
  /// What is to be said of a reply where OK ends the matter.
  static FileAnswer answer_of(const Heard& heard);
  static FileAnswer told(const Heard& heard);
  /// Takes bytes until `size` of them have come; else how they did not.
  std::optional<FileAnswer> await(std::size_t size);

  Visit visit_;
  std::unique_ptr<LoggedWire> wire_;
  std::string received_;       ///< not yet taken
  bool was_answered_ = false;  ///< on this connection
};

}  // namespace bftp::torture
