#include <algorithm>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A modest buffer.
class SmallPiecesSource final : public SourceDecorator {
 public:
  SmallPiecesSource(std::unique_ptr<Source> inner, std::size_t bytes)
      : SourceDecorator(std::move(inner)), bytes_(bytes) {}
  std::size_t read(std::span<std::byte> into) override {
    return SourceDecorator::read(into.first(std::min(bytes_, into.size())));
  }

 private:
  std::size_t bytes_;
};

/// Segment borders mean nothing (clause 1.4).
class SmallPieces final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (answer.body)
      answer.body = std::make_unique<SmallPiecesSource>(std::move(answer.body), settings.count("bytes"));
  }
};

const Registered registered_small_pieces({"small_pieces",
                                          "healthy",
                                          "sends every stream in small pieces, a call each",
                                          {{"bytes", 4096, 64, 1e6, "bytes a piece"}},
                                          make_service<SmallPieces>});

}  // namespace
}  // namespace bftp::server::specimens
