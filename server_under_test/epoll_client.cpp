#include "server_under_test/epoll_client.hpp"

#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <variant>

#include "protocol/conversation.hpp"
#include "server_under_test/cork.hpp"
#include "server_under_test/farewell.hpp"
#include "server_under_test/serve_connection.hpp"

namespace bftp::server {

using protocol::Refusal;
using protocol::Request;

namespace {

/// A client's share: then it is the others' turn. Long enough that a file of a megabyte takes one sendfile.
constexpr std::size_t bytes_per_turn = 2u << 20;
/// Replies to requests that came together go out together, up to this size.
constexpr std::size_t output_bytes_max = 64u << 10;
constexpr std::size_t input_bytes_at_once = 64u << 10;
/// What a request counts for in a client's share, beside the bytes that it moves.
constexpr std::size_t bytes_for_a_request = 16u << 10;
/// And one that had something to work out, such as a hash or a listing: two of them are a turn.
constexpr std::size_t bytes_for_work = 1024u << 10;
/// Of an upload with less to come, splice would save less than its second call costs.
constexpr std::uint64_t spliced_bytes_min = 64u << 10;

/// What a kernel, a file system or a filter of system calls says of a call that it does not have.
bool is_not_offered(int code) {
  return code == EINVAL || code == ENOSYS || code == EOPNOTSUPP || code == EPERM;
}

}  // namespace

EpollClient::EpollClient(protocol::UniqueFd socket, const Front& front, const bool& ending)
    : socket_(std::move(socket)), dialect_(front.dialect), service_(front.service), ending_(ending) {
  session_.socket = socket_.get();
  service_.opened(session_);
}

EpollClient::~EpollClient() {
  if (in_exchange_) {
    exchange_.complete = false;
    service_.finished(exchange_, session_);
  }
  service_.closed(session_);
}

EpollClient::Waits EpollClient::advance(const LoopTools& tools) {
  for (moved_bytes_ = 0; moved_bytes_ < bytes_per_turn;) {
    switch (go_on(tools)) {
      case Step::done:
        break;
      case Step::input:
        return Waits::input;
      case Step::output:
        return Waits::output;
      case Step::work:
        return Waits::work;
      case Step::over:
        return Waits::over;
    }
  }
  return Waits::turn;
}

void EpollClient::note_input(bool hung_up) {
  may_have_input_ = true;
  hung_up_ = hung_up_ || hung_up;
}

EpollClient::Step EpollClient::go_on(const LoopTools& tools) {
  if (working_) return Step::work;
  if (body_) return send_body();
  if (upload_) return unsent() > 0 ? flush() : receive_upload(tools);
  if (ending_after_ != Ending::keep) return unsent() > 0 ? flush() : part(tools.scratch);
  if (!ending_ && unsent() < output_bytes_max) {
    bool taken = false;
    const auto step = take_request(taken);
    if (taken) return step;
  }
  if (unsent() > 0) return flush();
  if (peer_ended_) return Step::over;
  if (!ending_) return receive(tools.scratch);
  // Not at once: a request that lies unread would turn the close into RST, which overtakes the last answer.
  ending_after_ = Ending::close;
  return Step::done;
}

EpollClient::Step EpollClient::flush() {
  const ssize_t sent = ::send(socket(), output_.data() + output_at_, unsent(), MSG_NOSIGNAL);
  if (sent < 0) return errno == EAGAIN ? Step::output : errno == EINTR ? Step::done : Step::over;
  output_at_ += static_cast<std::size_t>(sent);
  moved(static_cast<std::size_t>(sent));
  if (unsent() == 0) {
    output_.clear();
    output_at_ = 0;
  }
  return Step::done;
}

EpollClient::Step EpollClient::send_body() {
  if (body_done_ == body_->size()) return finish_body();
  const auto region = body_->region();
  if (!region || copies_ || body_->size() <= inline_body_max) return copy_body();
  if (!std::exchange(corked_, true)) set_cork(socket(), true);
  return unsent() > 0 ? flush() : send_region(*region);
}

EpollClient::Step EpollClient::finish_body() {
  body_.reset();
  if (std::exchange(corked_, false)) set_cork(socket(), false);
  finish_exchange();
  return Step::done;
}

EpollClient::Step EpollClient::send_region(const Source::Region& region) {
  auto offset = static_cast<off_t>(region.offset + body_done_);
  const auto wanted = std::min<std::uint64_t>(body_->size() - body_done_, bytes_per_turn);
  const ssize_t sent = ::sendfile(socket(), region.file, &offset, static_cast<std::size_t>(wanted));
  if (sent < 0 && body_done_ == 0 && is_not_offered(errno)) {
    copies_ = true;
    return Step::done;
  }
  if (sent < 0) return errno == EAGAIN ? Step::output : errno == EINTR ? Step::done : Step::over;
  if (sent == 0) return Step::over;  // the file has shrunk, and the size was promised (4.12)
  body_done_ += static_cast<std::uint64_t>(sent);
  exchange_.bytes = body_done_;
  moved(static_cast<std::size_t>(sent));
  return Step::done;
}

EpollClient::Step EpollClient::copy_body() {
  if (unsent() >= output_bytes_max) return flush();
  const auto known = output_.size();
  output_.resize(known + static_cast<std::size_t>(
                             std::min<std::uint64_t>(body_->size() - body_done_, output_bytes_max)));
  const auto got = body_->read(std::as_writable_bytes(std::span(output_)).subspan(known));
  output_.resize(known + got);
  if (got == 0) {  // what is there still goes out before the connection breaks off
    body_.reset();
    ending_after_ = Ending::close;
  }
  body_done_ += got;
  exchange_.bytes = body_done_;
  return Step::done;
}

EpollClient::Step EpollClient::take_request(bool& taken) {
  if (input().empty()) return Step::done;
  const auto after = peer_ended_ ? Input::ended : paused_ ? Input::pauses : Input::goes_on;
  auto asked = dialect_.recognise(input(), after);
  const bool is_tentative = asked.kind == Asked::Kind::tentative;
  if (asked.kind == Asked::Kind::incomplete || (is_tentative && in_parts_)) return Step::done;
  moved(bytes_for_a_request);
  auto answer = ask(asked);
  in_parts_ = is_tentative && !answer.reply.ok;
  paused_ = false;
  if (in_parts_) return Step::done;
  taken = in_exchange_ = true;
  drop_input(asked.bytes);
  take_answer(std::move(answer));
  return Step::done;
}

Answer EpollClient::ask(Asked& asked) {
  exchange_ = Exchange{std::move(asked.request), 0, 0, true};
  manner_ = asked.manner;
  const auto* request = std::get_if<Request>(&exchange_.request);
  return request != nullptr ? service_.answer(*request, session_)
                            : service_.refuse(std::get<Refusal>(exchange_.request), session_);
}

void EpollClient::take_answer(Answer answer) {
  if (answer.work) {
    moved(bytes_for_work);
    auto known = answer.work->step();
    if (known) return take_answer(std::move(*known));
    work_ = std::move(answer.work);
    working_ = true;
    return;
  }
  fit(answer, manner_, dialect_);
  exchange_.code = answer.reply.code;
  service_.frame(answer.reply, {dialect_, manner_}, output_);
  body_ = std::move(answer.body);
  body_done_ = 0;
  upload_ = std::move(answer.upload);
  upload_left_ = upload_ ? upload_->size() : 0;
  ending_after_ = answer.ending;
  if (!body_ && !upload_) finish_exchange();
}

void EpollClient::resume(Answer answer) {
  working_ = false;
  progressed_ = true;
  take_answer(std::move(answer));
}

void EpollClient::finish_exchange() {
  service_.finished(exchange_, session_);
  in_exchange_ = false;
}

void EpollClient::turn_away() {
  frame_too_many_clients({dialect_, service_}, output_);
  ending_after_ = Ending::close;
}

std::size_t EpollClient::receive_into(std::span<std::byte> into, Step& step) {
  step = Step::input;
  if (!may_have_input_) return 0;
  const ssize_t got = ::recv(socket(), into.data(), into.size(), 0);
  if (got < 0) {
    step = after_failed_receive();
    return 0;
  }
  step = Step::done;
  // Less than there was room for: the socket is empty, and epoll reports what comes next.
  if (static_cast<std::size_t>(got) < into.size() && !hung_up_) may_have_input_ = false;
  if (got == 0) peer_ended_ = true;
  return static_cast<std::size_t>(got);
}

EpollClient::Step EpollClient::after_failed_receive() {
  if (errno == EAGAIN) may_have_input_ = false;
  return errno == EAGAIN ? Step::input : errno == EINTR ? Step::done : Step::over;
}

EpollClient::Step EpollClient::receive(std::span<std::byte> scratch) {
  Step step{};
  input_.erase(0, std::exchange(input_at_, 0));
  const auto room = scratch.first(std::min(scratch.size(), input_bytes_at_once));
  const auto got = receive_into(room, step);
  input_.append(reinterpret_cast<const char*>(room.data()), got);
  if (in_parts_ && got > 0) progressed_ = true;  // a pause begins anew
  return step;
}

EpollClient::Step EpollClient::receive_upload(const LoopTools& tools) {
  if (upload_left_ == 0) {
    take_answer(upload_->finish());
    return Step::done;
  }
  const auto room = static_cast<std::size_t>(std::min<std::uint64_t>(upload_left_, tools.scratch.size()));
  if (const auto early = input().substr(0, room); !early.empty()) {
    const auto step = write_upload(std::as_bytes(std::span(early)));
    drop_input(early.size());
    return step;
  }
  const auto file = upload_->file();
  if (file && upload_left_ >= spliced_bytes_min && tools.pipe.is_usable()) return splice_upload(tools, *file);
  return receive_unspliced(tools);
}

EpollClient::Step EpollClient::receive_unspliced(const LoopTools& tools) {
  const auto room = static_cast<std::size_t>(std::min<std::uint64_t>(upload_left_, tools.scratch.size()));
  Step step{};
  const auto got = receive_into(tools.scratch.first(room), step);
  if (peer_ended_) return Step::over;
  return got > 0 ? write_upload(tools.scratch.first(got)) : step;
}

EpollClient::Step EpollClient::splice_upload(const LoopTools& tools, int file) {
  if (!may_have_input_) return Step::input;
  const auto most = std::min<std::uint64_t>(upload_left_, SplicePipe::size_wanted);
  const ssize_t got = tools.pipe.fill(socket(), static_cast<std::size_t>(most));
  if (got < 0 && is_not_offered(errno)) {
    tools.pipe.give_up();
    return Step::done;
  }
  // splice(2) does not pass urgent data, which recv(2) leaves out: so nothing to splice is asked for twice.
  if (got < 0 && errno == EAGAIN) return receive_unspliced(tools);
  if (got < 0) return after_failed_receive();
  if (got == 0) {
    peer_ended_ = true;
    return Step::over;
  }
  const auto held = static_cast<std::size_t>(got);
  const auto stored = tools.pipe.empty_into(file, held);
  upload_stored(stored);
  // A file that takes no more: write() finds out why, and remembers.
  for (auto left = held - stored; left > 0;) {
    const auto taken = tools.pipe.read(tools.scratch.first(std::min(left, tools.scratch.size())));
    if (taken == 0) {
      tools.pipe.give_up();  // what lies in it is this client's, and must not meet the next upload
      return Step::over;
    }
    write_upload(tools.scratch.first(taken));
    left -= taken;
  }
  return Step::done;
}

EpollClient::Step EpollClient::write_upload(std::span<const std::byte> bytes) {
  upload_->write(bytes);
  upload_stored(bytes.size());
  return Step::done;
}

void EpollClient::upload_stored(std::size_t bytes) {
  upload_left_ -= bytes;
  exchange_.bytes += bytes;
  moved(bytes);
}

EpollClient::Step EpollClient::part(std::span<std::byte> scratch) {
  if (ending_after_ == Ending::reset) {
    reset_on_close(socket());
    return Step::over;
  }
  if (!parting_) {
    parting_ = true;
    ::shutdown(socket(), SHUT_WR);
  }
  Step step{};
  moved_bytes_ += receive_into(scratch, step);
  return peer_ended_ ? Step::over : step;
}

bool EpollClient::has_unread() const {
  int bytes = 0;
  return !input().empty() || (::ioctl(socket(), FIONREAD, &bytes) == 0 && bytes > 0);
}

bool EpollClient::is_idle() const {
  return !working_ && !body_ && !upload_ && unsent() == 0 && ending_after_ == Ending::keep;
}

void EpollClient::moved(std::size_t bytes) {
  moved_bytes_ += bytes;
  progressed_ = true;
}

void EpollClient::drop_input(std::size_t bytes) {
  input_at_ += bytes;
  if (input_at_ < input_.size()) return;
  input_.clear();
  input_at_ = 0;
}

}  // namespace bftp::server
