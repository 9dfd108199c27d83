#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "protocol/unique_fd.hpp"
#include "server_under_test/front.hpp"
#include "server_under_test/splice_pipe.hpp"

namespace bftp::server {

/// What the clients of one event loop share, each for the time of a call.
struct LoopTools {
  std::span<std::byte> scratch;
  SplicePipe& pipe;
};

/// One connection of the epoll model, as a state machine. What serve_connection() writes as one function
/// after the other, with waits in between, stands here as states: advance() goes on until it would have to
/// wait, and says for what. Belongs to one event loop.
class EpollClient {
 public:
  enum class Waits {
    input,   ///< for bytes from the client
    output,  ///< for room in the socket's buffer
    work,    ///< for the answer that somebody works out, see take_work() and resume()
    turn,    ///< for nothing: it has had its share, and others come first
    over,    ///< nothing more will happen: destroy it
  };

  /// `ending` is the event loop's: true once it takes no more requests.
  EpollClient(protocol::UniqueFd socket, const Front& front, const bool& ending);
  ~EpollClient();
  EpollClient(const EpollClient&) = delete;
  EpollClient& operator=(const EpollClient&) = delete;

  int socket() const { return socket_.get(); }

  Waits advance(const LoopTools& tools);

  /// epoll said that there is input. `hung_up`: and that nothing comes after it.
  void note_input(bool hung_up);

  /// For Waits::work: the work, to be done elsewhere. The client must stay alive until resume().
  std::unique_ptr<Work> take_work() { return std::move(work_); }
  void resume(Answer answer);

  /// Nothing came for the dialect's pause.
  void note_pause() { paused_ = true; }

  /// Answers ERR 503 instead of a request and closes.
  void turn_away();

  /// Between two requests, with nothing left to send.
  bool is_idle() const;
  /// Something lies there that was asked and not taken up.
  bool has_unread() const;
  /// FIN is sent, and only the client's own is missing.
  bool is_parting() const { return parting_; }
  bool is_working() const { return working_; }
  /// Waits for more of a request, or for a pause that makes do with what there is.
  bool is_pausing() const { return in_parts_ && !paused_; }
  /// Whether something moved since the last call: a whole request came, or bytes of a stream passed.
  bool progressed() { return std::exchange(progressed_, false); }

 private:
  enum class Step { done, input, output, work, over };

  Step go_on(const LoopTools& tools);
  Step flush();
  Step send_body();
  Step finish_body();
  Step send_region(const Source::Region& region);
  Step copy_body();
  Step take_request(bool& taken);
  Step receive(std::span<std::byte> scratch);
  Step receive_upload(const LoopTools& tools);
  Step splice_upload(const LoopTools& tools, int file);
  Step receive_unspliced(const LoopTools& tools);
  Step write_upload(std::span<const std::byte> bytes);
  void upload_stored(std::size_t bytes);
  Step part(std::span<std::byte> scratch);
  /// recv, with what it means for the next one. 0: the client's end; nothing: see `step`.
  std::size_t receive_into(std::span<std::byte> into, Step& step);
  Step after_failed_receive();

  Answer ask(Asked& asked);
  void take_answer(Answer answer);
  void finish_exchange();
  void moved(std::size_t bytes);
  std::string_view input() const { return std::string_view(input_).substr(input_at_); }
  void drop_input(std::size_t bytes);
  std::size_t unsent() const { return output_.size() - output_at_; }

  protocol::UniqueFd socket_;
  const Dialect& dialect_;
  Service& service_;
  const bool& ending_;
  Session session_;

  std::string input_;  ///< received and not yet used: part of a message, or several
  std::size_t input_at_ = 0;
  std::string output_;  ///< replies and small bodies, not yet sent
  std::size_t output_at_ = 0;

  bool in_parts_ = false;  ///< the input was tried as a request and refused; it may be part of one
  bool paused_ = false;    ///< and nothing came since
  Exchange exchange_;      ///< the request that is being served
  Manner manner_;          ///< of the same
  bool in_exchange_ = false;
  std::unique_ptr<Source> body_;
  std::uint64_t body_done_ = 0;
  bool corked_ = false;
  bool copies_ = false;  ///< this socket or file takes no sendfile(2)
  std::unique_ptr<Upload> upload_;
  std::uint64_t upload_left_ = 0;
  std::unique_ptr<Work> work_;
  bool working_ = false;
  Ending ending_after_ = Ending::keep;

  bool may_have_input_ = true;  ///< false: recv would only say EAGAIN, and epoll will tell
  bool hung_up_ = false;
  bool peer_ended_ = false;
  bool parting_ = false;
  bool progressed_ = false;
  std::size_t moved_bytes_ = 0;  ///< in this turn
};

}  // namespace bftp::server
