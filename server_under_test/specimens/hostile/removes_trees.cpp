#include <filesystem>
#include <string>
#include <system_error>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A call that empties a folder before it removes it, in place of one that refuses.
class RemovesTrees final : public Fault {
 public:
  using Fault::Fault;
  Answer answer(const protocol::Request& request, Session& session) override {
    const auto path =
        request.verb == protocol::Verb::rmdir ? path_of(request, session) : std::optional<std::string>();
    std::error_code error;
    if (!path || !std::filesystem::is_directory(options.root + *path, error))
      return Fault::answer(request, session);
    for (const auto& entry : std::filesystem::directory_iterator(options.root + *path, error))
      std::filesystem::remove_all(entry.path(), error);
    if (*path != "/") std::filesystem::remove(options.root + *path, error);
    return ok("");
  }
};

const Registered registered_removes_trees(
    {"removes_trees",
     "hostile",
     "RMDIR removes a folder with all that is in it, the root too, against clause 4.13",
     {},
     make_service<RemovesTrees>});

}  // namespace
}  // namespace bftp::server::specimens
