#include "harness/torture/ftp_files.hpp"

namespace bftp::torture {

using Kind = FileAnswer::Kind;

namespace {

FileAnswer done() {
  return {.kind = Kind::done, .content = {}, .words = {}};
}

/// A reply that is not the one that was wished for. Many servers have one code, 550, for what is not there
/// and for what is not allowed (RFC 959, 4.2.2: "file not found, no access").
FileAnswer otherwise(const FtpReply& reply, Kind at_550) {
  FileAnswer answer{.kind = Kind::lost, .content = {}, .words = in_words(reply)};
  if (reply.lost == FtpReply::Lost::closed || reply.lost == FtpReply::Lost::reset || reply.code == 421)
    answer.kind = Kind::closed;
  else if (reply.code == 550 || reply.code == 450)
    answer.kind = at_550;
  else if (reply.is_unknown_command() || reply.code == 530 || reply.code == 532 || reply.code == 553)
    answer.kind = Kind::not_offered;
  else if (reply.code == 452 || reply.code == 552)
    answer.kind = Kind::no_room;
  else if (reply.refuses())
    answer.kind = Kind::refused;
  return answer;
}

}  // namespace

FileAnswer FtpFiles::enter() {
  if (!session_.connect()) return {.kind = Kind::closed, .content = {}, .words = "it accepted no connection"};
  const auto entered = session_.enter();
  return entered.is(2) ? done() : otherwise(entered, Kind::refused);
}

FileAnswer FtpFiles::fetch(std::string_view name) {
  auto transfer = session_.fetch("RETR " + std::string(name));
  if (!transfer.is_whole()) return otherwise(transfer.reply, Kind::missing);
  auto fetched = done();
  fetched.content = std::move(transfer.data);
  return fetched;
}

FileAnswer FtpFiles::store(std::string_view name, std::string_view content) {
  const auto stored = session_.store("STOR " + std::string(name), content);
  return stored.is_whole() ? done() : otherwise(stored.reply, Kind::not_offered);
}

FileAnswer FtpFiles::remove(std::string_view name) {
  const auto reply = session_.ask("DELE " + std::string(name));
  return reply.is(2) ? done() : otherwise(reply, Kind::not_offered);
}

}  // namespace bftp::torture
