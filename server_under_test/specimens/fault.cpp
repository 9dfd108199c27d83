#include "server_under_test/specimens/fault.hpp"

#include <time.h>

#include <thread>

#include "protocol/path.hpp"

namespace bftp::server::specimens {

using protocol::Request;
using protocol::Verb;

Answer Fault::answer(const Request& request, Session& session) {
  auto answer = ServiceDecorator::answer(request, session);
  const bool transfer =
      (request.verb == Verb::get && answer.body) || (request.verb == Verb::put && answer.upload);
  // GET of an empty file has no stream, and is a transfer all the same.
  if (transfer || (request.verb == Verb::get && answer.reply.ok)) before(answer, request, session);
  return answer;
}

void Fault::finished(const Exchange& exchange, Session& session) {
  const auto* request = std::get_if<Request>(&exchange.request);
  if (request != nullptr && exchange.code == 0 && (request->verb == Verb::get || request->verb == Verb::put))
    after(exchange, session);
  ServiceDecorator::finished(exchange, session);
}

std::optional<std::string> Fault::path_of(const Request& request, const Session& session) {
  const auto place = protocol::resolve(session.folder, request.path);
  const auto* path = std::get_if<protocol::VirtualPath>(&place);
  return path == nullptr ? std::nullopt : std::optional(path->text);
}

std::size_t SourceDecorator::read(std::span<std::byte> into) {
  at_ = next_;
  const auto got = inner_->read(into);
  next_ += got;
  return got;
}

std::string read_whole(Source& source) {
  std::string whole(static_cast<std::size_t>(source.size()), '\0');
  std::size_t done = 0;
  while (done < whole.size()) {
    const auto got = source.read(std::as_writable_bytes(std::span(whole)).subspan(done));
    if (got == 0) break;
    done += got;
  }
  whole.resize(done);
  return whole;
}

void burn(std::chrono::nanoseconds cpu) {
  const auto used = [] {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
  };
  const auto end = used() + cpu;
  while (used() < end) {
  }
}

void pause(std::chrono::duration<double, std::milli> time) {
  std::this_thread::sleep_for(time);
}

std::unique_ptr<char[]> touched(std::size_t bytes) {
  constexpr std::size_t page_bytes = 4'096;
  auto memory = std::make_unique<char[]>(bytes);
  volatile char* pages = memory.get();
  for (std::size_t at = 0; at < bytes; at += page_bytes) pages[at] = 1;
  return memory;
}

}  // namespace bftp::server::specimens
