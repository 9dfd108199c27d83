#include "harness/torture/bftp_files.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "protocol/conversation.hpp"

namespace bftp::torture {

using protocol::ErrorKind;
using Kind = FileAnswer::Kind;

namespace {

/// No case stores as much: a server that announces more sends something else.
constexpr std::uint64_t content_bytes_max = 16u << 20;
constexpr auto too_many_clients = static_cast<std::uint16_t>(protocol::ReplyCode::too_many_clients);
constexpr auto out_of_space = static_cast<std::uint16_t>(protocol::ReplyCode::out_of_space);

FileAnswer answer(Kind kind, std::string words = {}) {
  return {.kind = kind, .content = {}, .words = std::move(words), .code = {}};
}

FileAnswer no_answer(const protocol::Error& error) {
  if (error.kind == ErrorKind::deadline) return answer(Kind::lost, "it said nothing");
  return answer(Kind::closed, "it cut the connection (RST)");
}

FileAnswer refusal(const protocol::Reply& reply) {
  auto kind = Kind::refused;
  if (reply.code == 404) kind = Kind::missing;
  if (reply.code == 403 || reply.code == 405) kind = Kind::not_offered;
  if (reply.code == too_many_clients) kind = Kind::busy;
  if (reply.code == out_of_space) kind = Kind::no_room;
  auto refused = answer(
      kind, fmt::format("it answered \"{}\"", escaped(fmt::format("ERR {} {}", reply.code, reply.detail))));
  refused.code = reply.code;
  return refused;
}

}  // namespace

std::string message(std::string_view payload) {
  return protocol::encode_header(payload.size()) + std::string(payload);
}

FileAnswer BftpFiles::enter() {
  visit_.log.is_a_dialogue();
  wire_.reset();  // a server with room for few has to see the end of this one first
  auto wire = visit_.network.connect(visit_.patience);
  if (!wire) return answer(Kind::closed, "it accepted no connection");
  wire_ = std::make_unique<LoggedWire>(std::move(*wire), visit_);
  received_.clear();
  was_answered_ = false;
  return answer(Kind::done);
}

FileAnswer BftpFiles::fetch(std::string_view name) {
  const auto begun = begin_fetch(name);
  return begun.answer.done() ? end_fetch(begun.size) : begun.answer;
}

FileAnswer BftpFiles::hear_file() {
  const auto begun = hear_size(reply());
  return begun.answer.done() ? end_fetch(begun.size) : begun.answer;
}

BftpFiles::BegunFetch BftpFiles::begin_fetch(std::string_view name) {
  return hear_size(ask("GET " + std::string(name)));
}

BftpFiles::BegunFetch BftpFiles::hear_size(const Heard& heard) {
  if (!heard.reply || !heard.reply->ok) return {answer_of(heard), 0};
  const auto size = protocol::parse_length(heard.reply->detail);
  if (!size || *size > content_bytes_max)
    return {answer(Kind::lost, fmt::format("it announced what is no size of the file: \"{}\"",
                                           escaped("OK " + heard.reply->detail))),
            0};
  return {answer(Kind::done), *size};
}

FileAnswer BftpFiles::end_fetch(std::uint64_t size) {
  if (auto end = await(static_cast<std::size_t>(size))) {
    // A connection that ends within a file has been answered, and wrongly.
    end->kind = Kind::lost;
    end->words += fmt::format(" after {} of {} bytes", received_.size(), size);
    return *end;
  }
  auto fetched = answer(Kind::done);
  fetched.content = received_.substr(0, static_cast<std::size_t>(size));
  received_.erase(0, fetched.content.size());
  return fetched;
}

FileAnswer BftpFiles::end_fetch_slowly(std::uint64_t size, std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds step{250};
  const auto until = visit_.network.now() + time;
  while (received_.size() < size && visit_.network.now() < until) {
    visit_.network.pause(step);
    if (await(received_.size() + 1)) break;  // end_fetch() meets the same end, and says so
  }
  return end_fetch(size);
}

FileAnswer BftpFiles::store(std::string_view name, std::string_view content) {
  auto begun = begin_store(name, content.size());
  if (!begun.done()) return begun;
  auto ended = end_store(content);
  if (ended.done()) return ended;
  ended.words = fmt::format("after its first OK and a stream of {} bytes {}", content.size(), ended.words);
  // A connection that ends within a PUT has been answered, and wrongly.
  if (ended.kind == Kind::closed) ended.kind = Kind::lost;
  return ended;
}

FileAnswer BftpFiles::begin_store(std::string_view name, std::size_t size) {
  return answer_of(ask(fmt::format("PUT {} {}", size, name)));
}

void BftpFiles::send_part(std::string_view part) {
  // Where that fails, the server may have said why, or the reply says how the connection ended.
  if (wire_ != nullptr) static_cast<void>(wire_->send(part, visit_.patience));
}

FileAnswer BftpFiles::end_store(std::string_view rest) {
  send_part(rest);
  return hear_stored();
}

FileAnswer BftpFiles::remove(std::string_view name) {
  return answer_of(ask("DELETE " + std::string(name)));
}

FileAnswer BftpFiles::hash(std::string_view name) {
  return tell("HASH " + std::string(name));
}

FileAnswer BftpFiles::change_folder(std::string_view name) {
  return tell("CD " + std::string(name));
}

FileAnswer BftpFiles::where() {
  return tell("PWD");
}

FileAnswer BftpFiles::range(std::uint64_t offset, std::uint64_t length, std::string_view name) {
  const auto begun = hear_size(ask(fmt::format("RANGE {} {} {}", offset, length, name)));
  return begun.answer.done() ? end_fetch(begun.size) : begun.answer;
}

FileAnswer BftpFiles::list(std::string_view path) {
  const auto begun = hear_size(ask(path.empty() ? std::string("LIST") : "LIST " + std::string(path)));
  return begun.answer.done() ? end_fetch(begun.size) : begun.answer;
}

FileAnswer BftpFiles::hear_end() {
  const auto end = await(1);
  if (!end) return answer(Kind::lost, "it sent more: " + escaped(received_));
  return end->kind == Kind::closed ? answer(Kind::done) : *end;
}

FileAnswer BftpFiles::tell(const std::string& request) {
  return told(ask(request));
}

FileAnswer BftpFiles::hear_told() {
  return told(reply());
}

FileAnswer BftpFiles::told(const Heard& heard) {
  auto answer = answer_of(heard);
  if (answer.done()) answer.content = heard.reply->detail;
  return answer;
}

BftpFiles::Heard BftpFiles::ask(const std::string& request) {
  const auto give_up = visit_.network.now() + visit_.patience;
  for (;;) {
    send_part(message(request));
    auto heard = reply();
    const bool is_busy = heard.reply && !heard.reply->ok && heard.reply->code == too_many_clients;
    const bool is_first = !std::exchange(was_answered_, true);
    if (!is_busy || !is_first || visit_.network.now() >= give_up) return heard;
    visit_.network.pause(busy_pause);
    if (auto entered = enter(); !entered.done()) {
      heard.reply.reset();
      heard.otherwise = std::move(entered);
      return heard;
    }
  }
}

BftpFiles::Heard BftpFiles::reply() {
  Heard heard;
  if (auto end = await(protocol::header_size)) {
    heard.otherwise = std::move(*end);
    return heard;
  }
  const auto size = protocol::decode_header(std::string_view(received_).substr(0, protocol::header_size),
                                            protocol::message_size_max);
  if (!size) {
    heard.otherwise = answer(Kind::lost, "it sent what is no message: " + escaped(received_));
    return heard;
  }
  if (auto end = await(protocol::header_size + *size)) {
    heard.otherwise = std::move(*end);
    return heard;
  }
  const auto payload = received_.substr(protocol::header_size, *size);
  received_.erase(0, protocol::header_size + *size);
  heard.reply = protocol::parse_reply(payload);
  if (!heard.reply) heard.otherwise = answer(Kind::lost, fmt::format("it answered \"{}\"", escaped(payload)));
  return heard;
}

FileAnswer BftpFiles::answer_of(const Heard& heard) {
  if (!heard.reply) return heard.otherwise;
  return heard.reply->ok ? answer(Kind::done) : refusal(*heard.reply);
}

std::optional<FileAnswer> BftpFiles::await(std::size_t size) {
  while (received_.size() < size) {
    if (wire_ == nullptr) return answer(Kind::closed, "there is no connection");
    const auto got = wire_->receive(visit_.patience);
    if (!got) return no_answer(got.error());
    if (got->empty()) return answer(Kind::closed, "it closed the connection");
    received_ += *got;
  }
  return std::nullopt;
}

}  // namespace bftp::torture
