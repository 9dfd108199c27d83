#include <optional>
#include <string>

#include "server_under_test/sources.hpp"
#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// readdir order.
class ListUnsorted final : public Fault {
 public:
  using Fault::Fault;
  Answer answer(const protocol::Request& request, Session& session) override {
    auto answer = Fault::answer(request, session);
    if (request.verb != protocol::Verb::list) return answer;
    answer = whole(std::move(answer));
    if (!answer.body) return answer;
    auto lines = read_whole(*answer.body);
    std::string turned;
    while (!lines.empty()) {
      const auto start = lines.size() < 2 ? 0 : lines.rfind('\n', lines.size() - 2) + 1;
      turned += lines.substr(start);
      lines.resize(start);
    }
    answer.body = std::make_unique<TextSource>(std::move(turned));
    return answer;
  }

 private:
  /// A listing is Work: all its steps at once.
  static Answer whole(Answer answer) {
    while (answer.work) {
      const auto work = std::move(answer.work);
      std::optional<Answer> known;
      while (!known) known = work->step();
      answer = std::move(*known);
    }
    return answer;
  }
};

const Registered registered_list_unsorted({"list_unsorted",
                                           "conformance",
                                           "LIST in descending order, against clause 4.3",
                                           {},
                                           make_service<ListUnsorted>});

}  // namespace
}  // namespace bftp::server::specimens
