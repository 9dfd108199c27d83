#include "harness/launch/external_clients.hpp"

#include <sys/stat.h>

#include <filesystem>

#include "harness/launch/executable.hpp"

namespace bftp::launch {

using protocol::Error;
using protocol::Result;

std::vector<std::string> absolute_words(std::vector<std::string> argv, const std::string& folder) {
  for (std::size_t i = 1; i < argv.size(); ++i) {
    std::string& word = argv[i];
    const bool means_a_path = word.find_first_of("./") != std::string::npos;
    if (!means_a_path || word.starts_with("/") || word.starts_with("-") ||
        word.find('{') != std::string::npos)
      continue;
    struct stat about {};
    if (::stat((folder + "/" + word).c_str(), &about) == 0)
      word = std::filesystem::path(folder + "/" + word).lexically_normal().string();
  }
  return argv;
}

Result<std::vector<protocol::ExternalClient>> external_clients(const plan::Plan& plan,
                                                               const LaunchOptions& options) {
  std::vector<protocol::ExternalClient> found;
  const plan::ClientSpec& clients = plan.clients;
  if (clients.argv_template.empty()) return found;
  const std::string folder =
      options.folder.empty() ? std::filesystem::current_path().string() : options.folder;
  protocol::ExternalClient client;
  client.environment = make_environment(options.inherit_environment, options.extra_environment);
  const auto file =
      find_executable(clients.argv_template.front(), value_of(client.environment, "PATH", ""), folder);
  if (!file)
    return Error{file.error().kind, "the client could not be started: " + file.error().message,
                 file.error().system_errno};
  client.file = *file;
  client.argv = absolute_words(clients.argv_template, folder);
  client.scratch_folder = options.client_scratch_folder;
  found.push_back(std::move(client));
  if (plan.server.dialect != "bftp") return found;
  if (const auto ours = find_helper("bftp")) {
    found.push_back(found.front());
    found.back().file = *ours;
    found.back().argv = {*ours, "-q", "{host}:{port}", "get", "{remote}", "{local}"};
  }
  return found;
}

}  // namespace bftp::launch
