#include "server_under_test/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "running_server.hpp"

namespace bftp::server::testing {
namespace {

using ::testing::HasSubstr;

std::variant<Options, ExitStatus> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "bftpd");
  return parse_options(static_cast<int>(words.size()), words.data());
}

TEST(ServerOptions, HaveSafeDefaults) {
  const auto parsed = parse({"--root", "/"});
  const auto& options = std::get<Options>(parsed);
  EXPECT_EQ(options.endpoint.text(), "127.0.0.1:12345");
  EXPECT_EQ(options.model, default_model);
  EXPECT_EQ(options.dialect, "bftp");
  EXPECT_EQ(options.limits.clients_max, 1024);
  EXPECT_EQ(options.limits.idle, std::chrono::seconds(60));
  EXPECT_TRUE(options.openat2);
  EXPECT_FALSE(options.log);
  EXPECT_FALSE(options.files.read_only);
}

TEST(ServerOptions, AreAllUnderstood) {
  const auto parsed =
      parse({"--root",         "/",          "--host",    "::1",     "--port",        "0",
             "--model",        "pool",       "--threads", "3",       "--max-clients", "7",
             "--idle-timeout", "0.5",        "--fsync",   "--quota", "2kb",           "--read-only",
             "--no-openat2",   "--log-file", "x"});
  const auto& options = std::get<Options>(parsed);
  EXPECT_EQ(options.endpoint.text(), "[::1]:0");
  EXPECT_EQ(options.model, "pool");
  EXPECT_EQ(options.limits.threads, 3);
  EXPECT_EQ(options.limits.clients_max, 7);
  EXPECT_EQ(options.limits.idle, std::chrono::milliseconds(500));
  EXPECT_EQ(options.files.quota_bytes, 2048U);
  EXPECT_TRUE(options.files.flush);
  EXPECT_TRUE(options.files.read_only);
  EXPECT_FALSE(options.openat2);
  EXPECT_TRUE(options.log);
  EXPECT_EQ(options.log_file, "x");
}

TEST(ServerOptions, TheLastOfTheSameKindCounts) {
  const auto parsed = parse({"--root", "/", "--port", "1", "--port", "2"});
  EXPECT_EQ(std::get<Options>(parsed).endpoint.port, 2);
}

TEST(BftpdCommand, WrongUsageExits64AndSaysWhatIsWrong) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{}, "--root is required"},
      {{"--root", "/nonexistent"}, "/nonexistent"},
      {{"--root", "/", "--nonsense"}, "--nonsense"},
      {{"--root", "/", "--model", "threads"}, "thread"},
      {{"--root", "/", "--dialect", "htp"}, "did you mean \"http\"?"},
      {{"--root", "/", "--dialect", "gopher"},
       "right are: bftp, nul, raw, line, fixed, sized, stream, http, http1.1"},
      {{"--root", "/", "--port", "70000"}, "70000"},
      {{"--root", "/", "--max-clients", "0"}, "--max-clients"},
      {{"--root", "/", "--idle-timeout", "nan"}, "\"nan\" is no number"},
      {{"--root", "/", "--quota", "-1"}, "a size has no sign"},
  };
  for (const auto& [options, expected] : cases) {
    const auto finished = run_to_end(options);
    EXPECT_EQ(finished.status, 64) << expected;
    EXPECT_THAT(finished.errors, HasSubstr(expected));
    EXPECT_EQ(finished.output, "");
  }
}

TEST(BftpdCommand, HelpExits0) {
  const auto finished = run_to_end({"--help"});
  EXPECT_EQ(finished.status, 0);
  EXPECT_THAT(finished.output, HasSubstr("--max-clients"));
  for (const auto* dialect : all_dialects())
    EXPECT_THAT(finished.output, HasSubstr(std::string(dialect->about()))) << dialect->name();
}

TEST(BftpdCommand, ATakenPortExits1AndSaysSo) {
  TemporaryFolder root;
  const RunningServer server(root.path(), {});
  const auto port = std::to_string(server.endpoint().port);
  const auto finished = run_to_end({"--root", root.path().string(), "--port", port});
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.errors, HasSubstr("port " + port + " is taken"));
  EXPECT_EQ(finished.output, "");
}

}  // namespace
}  // namespace bftp::server::testing
