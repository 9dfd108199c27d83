#include "harness/cli/control_servers.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "fixtures/fixture_store.hpp"
#include "harness/launch/launcher.hpp"
#include "protocol/dialects.hpp"

namespace bftp::cli {
namespace {

using protocol::Result;

Result<void> make_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directory(path, error);
  if (error) return protocol::system_error(error.value(), "cannot make the folder " + path);
  return {};
}

/// The second control serves the files of the first under further names: both are ours and change none.
Result<void> link_root(const std::string& from, const std::string& to) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(from, error)) {
    std::filesystem::create_hard_link(entry.path(), to + "/" + entry.path().filename().string(), error);
    if (error) break;
  }
  if (error) return protocol::system_error(error.value(), "cannot link the fixtures into " + to);
  return {};
}

bool speaks(std::string_view dialect) {
  const auto* facts = protocol::find_dialect_facts(dialect);
  return facts != nullptr && facts->reference;
}

Result<std::unique_ptr<launch::ServerHandle>> start(record::Arm arm, const plan::ServerSpec& spec,
                                                    const std::string& root, const std::string& run_folder,
                                                    const std::atomic<bool>& hurry) {
  launch::LaunchOptions options;
  options.arm = arm;
  options.root = root;
  options.run_folder = run_folder;
  options.hurry = &hurry;
  return launch::launch_server(spec, options);
}

}  // namespace

record::ArmInfo describe_server(const plan::ServerSpec& spec) {
  const bool reference = spec.kind == plan::ServerKind::reference;
  return {.arm = record::Arm::server,
          .name = reference ? "reference server under test" : "server under test",
          .command = spec.command,
          .dialect = spec.dialect,
          .remark = {}};
}

std::vector<launch::ArmServer> start_control_servers(record::RunRecord& record, const std::string& scratch,
                                                     const std::string& run_folder,
                                                     const std::atomic<bool>& hurry) {
  std::vector<launch::ArmServer> servers;
  plan::ServerSpec spec;
  const std::string& wanted = record.plan.server.dialect;
  if (speaks(wanted)) spec.dialect = wanted;
  // An external client speaks what the server under test does; our workers can do both.
  if (spec.dialect != wanted && !record.plan.clients.command.empty()) {
    record.arms.push_back({.arm = record::Arm::control,
                           .name = "reference server",
                           .command = {},
                           .dialect = wanted,
                           .remark = fmt::format("it does not speak {}, so limits are absolute", wanted)});
    return servers;
  }
  const std::string roots[] = {scratch + "/control", scratch + "/control_b"};
  for (const record::Arm arm : {record::Arm::control, record::Arm::control_b}) {
    const bool second = arm == record::Arm::control_b;
    record::ArmInfo info{.arm = arm,
                         .name = second ? "reference server again" : "reference server",
                         .command = spec.dialect == plan::ServerSpec{}.dialect
                                        ? "bftpd --root {root}"
                                        : fmt::format("bftpd --dialect {} --root {{root}}", spec.dialect),
                         .dialect = spec.dialect,
                         .remark = {}};
    const std::string& root = roots[second ? 1 : 0];
    Result<void> ready = make_folder(root);
    if (ready)
      ready = second ? link_root(roots[0], root) : fixtures::populate_root(record.fixtures, root, &hurry);
    auto server = ready ? start(arm, spec, root, run_folder, hurry)
                        : Result<std::unique_ptr<launch::ServerHandle>>(ready.error());
    if (server)
      servers.push_back({arm, std::move(*server), spec.dialect});
    else
      info.remark = server.error().message;
    record.arms.push_back(info);
    if (server) continue;
    record.warnings.push_back(
        {"control.lost", fmt::format("the {} could not be started, so the run went on without it: {}",
                                     info.name, info.remark)});
    break;
  }
  return servers;
}

}  // namespace bftp::cli
