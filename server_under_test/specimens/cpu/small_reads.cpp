#include <algorithm>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Fills its buffer with many small reads.
class SmallReadsSource final : public SourceDecorator {
 public:
  SmallReadsSource(std::unique_ptr<Source> inner, std::size_t bytes)
      : SourceDecorator(std::move(inner)), bytes_(bytes) {}
  std::size_t read(std::span<std::byte> into) override {
    std::size_t done = 0;
    while (done < into.size()) {
      const auto got = SourceDecorator::read(into.subspan(done, std::min(bytes_, into.size() - done)));
      if (got == 0) break;
      done += got;
    }
    return done;
  }

 private:
  std::size_t bytes_;
};

/// read(fd, &c, 1), the first version of many a server.
class SmallReads final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (answer.body)
      answer.body = std::make_unique<SmallReadsSource>(std::move(answer.body), settings.count("bytes"));
  }
};

const Registered registered_small_reads({"small_reads",
                                         "cpu",
                                         "reads every file in pieces of a few bytes, a system call each",
                                         {{"bytes", 4, 1, 4096, "bytes a call"}},
                                         make_service<SmallReads>});

}  // namespace
}  // namespace bftp::server::specimens
