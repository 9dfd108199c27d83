#include <fcntl.h>
#include <sys/stat.h>

#include <string>

#include "protocol/unique_fd.hpp"
#include "server_under_test/sources.hpp"
#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Joins root and path, and opens what comes out.
class EscapesRoot final : public Fault {
 public:
  using Fault::Fault;
  Answer answer(const protocol::Request& request, Session& session) override {
    const bool climbs = request.verb == protocol::Verb::get && request.path.find("..") != std::string::npos;
    if (!climbs) return Fault::answer(request, session);
    const auto path = options.root + session.folder + "/" + request.path;
    protocol::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))
      return refusal(protocol::ReplyCode::not_found, "no such file");
    const auto size = static_cast<std::uint64_t>(status.st_size);
    auto answer = ok(std::to_string(size));
    if (size > 0) answer.body = std::make_unique<FileSource>(std::move(file), 0, size);
    return answer;
  }
};

const Registered registered_escapes_root({"escapes_root",
                                          "hostile",
                                          "GET follows .. out of the root, against clause 3.2",
                                          {},
                                          make_service<EscapesRoot>});

}  // namespace
}  // namespace bftp::server::specimens
