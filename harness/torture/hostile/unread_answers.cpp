#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "harness/torture/bftp_files.hpp"
#include "harness/torture/case.hpp"
#include "harness/torture/found.hpp"
#include "harness/torture/kernel_buffers.hpp"

namespace bftp::torture {
namespace {

using std::chrono::milliseconds;

/// What a server may keep in queues of its own.
constexpr std::size_t queue_bytes = 32u << 20;
/// Of the client's receive buffer: it does not grow where nobody reads.
constexpr std::size_t unread_bytes = 1u << 20;
/// More is not sent, whatever the kernel's buffers hold.
constexpr std::size_t sent_max = 256u << 20;
constexpr std::size_t block_bytes = 64u << 10;
constexpr milliseconds stuck_after{1'000};
constexpr milliseconds time_max{20'000};

/// How much of requests may be on the way, or answered, though the server waits for the client. An answer is
/// as long as its request. Requests lie in the client's send buffer and the server's receive buffer, answers
/// in the server's queue and send buffer and in what the client does not read.
std::size_t taken_max() {
  const auto [receive_max, send_max] = kernel_buffers();
  return receive_max + 2 * send_max + unread_bytes + queue_bytes;
}

double mib_of(std::size_t bytes) {
  return static_cast<double>(bytes) / (1u << 20);
}

class UnreadAnswers final : public Case {
 public:
  std::string_view id() const override { return "hostile.unread_answers"; }
  std::string_view category() const override { return "hostile"; }
  std::vector<std::string_view> suites() const override { return {"hostile", "transfer"}; }
  std::string_view title() const override { return "Answers that nobody reads are not piled up"; }
  std::string_view about() const override {
    return "Asks CD into a folder with a long name again and again on one connection, and reads none of the "
           "answers, which are as long as the requests. Once the buffers between the two are full, the "
           "server has to wait until the client reads; one that takes 32 MiB of requests more than the "
           "system's buffers hold (tcp_rmem, tcp_wmem) keeps their answers in its memory. Finds replies that "
           "are written without waiting for the socket (asyncio without drain(), Node.js without a look at "
           "what write() returns) and queues without a bound.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::asked; }
  std::vector<std::string> clauses(const Speech&) const override { return {}; }

  Finding run(CaseContext& context) const override {
    auto finding = pile_up(context);
    finding.done = "A client asked CD again and again and read no answer.";
    finding.expected =
        "Once answers lie there unread, the server takes no further requests of that client until they are "
        "read.";
    return finding;
  }

 private:
  static Finding pile_up(CaseContext& context) {
    const auto& folder = context.files().long_folder;
    if (folder.empty()) return skipped("the server's folder is not ours, so no folder in it is known");
    {
      BftpFiles client(context.visit());
      if (const auto entered = client.enter(); !entered.done()) return skipped(entered.words);
      if (const auto changed = client.change_folder("/" + folder); !changed.done())
        return skipped("the server does not change into the folder: " + changed.words);
    }
    auto visit = context.visit();
    auto wire = visit.network.connect(visit.patience);
    if (!wire) return skipped("the server accepts no further connection");
    visit.log.said(context.now(), fmt::format("the client asks CD /{}… again and again and reads nothing",
                                              folder.substr(0, 16)));
    auto finding = send_on(context, **wire, folder);
    visit.log.said(context.now(), finding.happened);
    return finding;
  }

  static Finding send_on(CaseContext& context, Wire& wire, const std::string& folder) {
    const std::string request = message("CD /" + folder);
    std::string block;
    while (block.size() < block_bytes) block += request;
    const auto start = context.now();
    std::size_t taken = 0;
    const std::size_t limit = taken_max();
    if (limit > sent_max)
      return skipped(fmt::format("the system's own buffers may hold {:.0f} MiB (tcp_rmem, tcp_wmem)",
                                 mib_of(limit - queue_bytes)));
    while (taken <= limit) {
      if (const auto sent = wire.send(block, stuck_after); !sent) {
        const bool waits = sent.error().kind == protocol::ErrorKind::deadline;
        const double mib = mib_of(taken);
        return kept(waits ? fmt::format("it took no more requests once {:.1f} MiB of them had been sent", mib)
                          : fmt::format("it ended the connection after {:.1f} MiB of requests", mib));
      }
      taken += block.size();
      if (context.now() - start > time_max && taken <= limit)
        return skipped(
            fmt::format("the server took {:.1f} MiB of requests in {} s, so slowly that the system's "
                        "own buffers may hold them",
                        mib_of(taken), std::chrono::duration_cast<std::chrono::seconds>(time_max).count()));
    }
    return broken(
        fmt::format("it took more than {:.0f} MiB of requests, {} of them, whose answers nobody read",
                    mib_of(limit), taken / request.size()),
        "The next request is taken whether the answers before have gone or not, so that they pile up in "
        "memory: a writer that is never awaited (await writer.drain(), the false that write() returns), or a "
        "queue without a bound or with a very large one. Each client can take as much of the memory of all. "
        "Take nothing more from a client until what it was answered has been sent.");
  }
};

BFTP_REGISTER_CASE(UnreadAnswers)

}  // namespace
}  // namespace bftp::torture
