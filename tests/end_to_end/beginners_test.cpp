// Servers with the mistakes that beginners make: each fails by the check that it deserves, and --explain
// tells its author what to change. Healthy servers, if simple, pass.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/program.hpp"

namespace bftp::end_to_end {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string beginner(const std::string& mistake) {
  return "python3 " BFTP_SOURCE_DIR "/tests/end_to_end/servers/beginner.py {port} {root} " + mistake;
}

/// Without a control arm, which only timing needs; patient, since CI machines are busy.
Outcome run(const TemporaryFolder& folder, const std::string& server, const std::string& ops = "get,put",
            const std::vector<std::string>& more = {}) {
  std::vector<std::string> options{
      "--server",        server, "--explain",  "--no-control",
      "--ops",           ops,    "--fixtures", "every_byte.bin,size_65537.bin,crlf_lone_cr_lf.txt",
      "--ready-timeout", "60s"};
  options.insert(options.end(), more.begin(), more.end());
  return torture(short_run(folder, options), folder);
}

struct Beginner {
  const char* mistake;
  const char* failed_check;
  const char* told;  ///< part of the explanation
};

class Beginners : public ::testing::TestWithParam<Beginner> {};

TEST_P(Beginners, FailAndAreToldWhatToChange) {
  const TemporaryFolder folder;
  // Errors show at once, and a silent server costs a deadline each time; growth needs rounds.
  const std::string mistake = GetParam().mistake;
  std::vector<std::string> options;
  if (std::string(GetParam().failed_check) == "identity.errors")
    options = {"--iterations", "2", "--rounds", "1", "--transfer-deadline", "2s"};
  // The one is started anew for each connection, and the other leaves each client of the cases waiting.
  if (mistake == "serves_once" || mistake == "never_closes") options = {"--max-time", "80s"};
  const Outcome outcome = run(folder, beginner(mistake), "get,put", options);
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_THAT(failed_checks(folder.file("reports/latest")), Contains(GetParam().failed_check)) << outcome.out;
  EXPECT_THAT(outcome.out, HasSubstr("The first failure, explained"));
  EXPECT_THAT(outcome.out, HasSubstr(GetParam().told));
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, Beginners,
    ::testing::Values(Beginner{"short_header", "identity.errors", "(\"%04x\", \"%x\")"},
                      Beginner{"text_mode", "identity.errors", "treated as text on its way"},
                      Beginner{"utf8", "identity.errors", "counted in characters instead of bytes"},
                      Beginner{"one_piece", "identity.errors", "not sock.send(data)"},
                      Beginner{"whole_buffer", "identity.errors", "Send what was read"},
                      Beginner{"shared_buffer", "identity.copies", "a global buffer"},
                      Beginner{"off_by_one", "identity.errors", "Announce the size of the file on disk"},
                      Beginner{"put_recv_once", "identity.copies", "def recv_exactly"},
                      Beginner{"waits_for_newline", "identity.errors", "until a newline that this protocol"},
                      Beginner{"bug", "identity.errors", "NameError"},
                      Beginner{"serves_once", "lifecycle.serves_once",
                               "Put accept() and all that follows into a loop"},
                      Beginner{"any_path", "hostile.parent_folder", "os.path.realpath(os.path.join(root"},
                      Beginner{"one_at_a_time", "concurrency.silent_client", "threading.Thread(target=serve"},
                      Beginner{"never_closes", "handles.descriptors", "Close both socket and file"}),
    [](const auto& test) { return std::string(test.param.mistake); });

class SimpleServers : public ::testing::TestWithParam<const char*> {};

/// To end by SIGTERM's default is a warning.
TEST_P(SimpleServers, Pass) {
  const TemporaryFolder folder;
  const Outcome outcome = run(folder, beginner(GetParam()), "get,put", {"--phases", "all"});
  EXPECT_THAT(outcome.code, AnyOf(0, 2)) << outcome.out << outcome.err;
  EXPECT_THAT(failed_checks(folder.file("reports/latest")), IsEmpty()) << outcome.out;
  EXPECT_THAT(outcome.out, HasSubstr("Nothing failed"));
}

INSTANTIATE_TEST_SUITE_P(Healthy, SimpleServers, ::testing::Values("none", "no_sigterm"),
                         [](const auto& test) { return std::string(test.param); });

struct NoStart {
  const char* name;
  std::string server;
  const char* told;
};

class ServersThatDoNotStart : public ::testing::TestWithParam<NoStart> {};

TEST_P(ServersThatDoNotStart, AreExplainedToo) {
  const TemporaryFolder folder;
  const Outcome outcome = run(folder, GetParam().server);
  EXPECT_EQ(outcome.code, 3) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("Nothing was judged, explained"));
  EXPECT_THAT(outcome.out, HasSubstr(GetParam().told));
}

INSTANTIATE_TEST_SUITE_P(
    Starts, ServersThatDoNotStart,
    ::testing::Values(
        NoStart{"traceback", beginner("error_at_start"), "KeyError: 'port'"},
        NoStart{"own_port", beginner("own_port"), "Take the port from the command line"},
        NoStart{"missing", "python3 no_such_server.py {port}", "names a program or file that is not there"},
        NoStart{"arguments", "python3 " BFTP_SOURCE_DIR "/tests/end_to_end/servers/beginner.py {port}",
                "did not accept its arguments"}),
    [](const auto& test) { return std::string(test.param.name); });

/// The servers of docs/write-a-server.md, in its order.
struct Step {
  const char* file;
  const char* ops;
  int code;
  const char* told;
};

class Steps : public ::testing::TestWithParam<Step> {};

TEST_P(Steps, GetTheAnswerThatTheDocumentationShows) {
  const TemporaryFolder folder;
  const Outcome outcome = run(folder,
                              std::string("python3 " BFTP_SOURCE_DIR "/server_under_test/examples/") +
                                  GetParam().file + " {port} {root}",
                              GetParam().ops, {"--phases", GetParam().code == 0 ? "all" : "none"});
  EXPECT_THAT(outcome.code, AnyOf(GetParam().code, GetParam().code == 0 ? 2 : GetParam().code))
      << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr(GetParam().told));
}

INSTANTIATE_TEST_SUITE_P(
    Tutorial, Steps,
    ::testing::Values(Step{"steps/step0.py", "get", 3, "nothing in it listens"},
                      Step{"steps/step1.py", "get", 1, "without a single byte"},
                      Step{"steps/step2.py", "get", 1, "a reply without its header"},
                      Step{"steps/step3.py", "get,put", 1, "def recv_exactly"},
                      Step{"steps/step4.py", "get,put", 1, "leads out of the served folder"},
                      Step{"steps/step5.py", "get,put", 1, "threading.Thread(target=serve"},
                      Step{"steps/step6.py", "get,put", 0, "Nothing failed"}),
    [](const auto& test) { return std::string(test.param.file).substr(6, 5); });

/// The complete examples, by the harness; their verbs are in tests/end_to_end/examples.
class Examples : public ::testing::TestWithParam<const char*> {};

TEST_P(Examples, PassTransfer) {
  const std::string sources = BFTP_SOURCE_DIR "/server_under_test/examples/";
  const std::map<std::string, std::string> commands{
      {"python", "python3 " + sources + "server.py"},
      {"c", BFTP_BINARY_DIR "/bin/example_server_c"},
      {"java", "java -cp " BFTP_BINARY_DIR "/server_under_test/examples/java Server"},
      {"go", BFTP_BINARY_DIR "/bin/example_server_go"}};
  const TemporaryFolder folder;
  const Outcome outcome =
      torture(whole_run(folder, {"--server", commands.at(GetParam()) + " --port {port} --root {root}",
                                 "--suite", "transfer"}),
              folder);
  EXPECT_THAT(outcome.code, AnyOf(0, 2)) << outcome.out << outcome.err;
  EXPECT_THAT(failed_checks(folder.file("reports/latest")), IsEmpty()) << outcome.out;
  EXPECT_EQ(statuses(folder.file("reports/latest"))["identity.copies"], "pass");
}

INSTANTIATE_TEST_SUITE_P(Languages, Examples, ::testing::Values("python", "c", "java", "go"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace bftp::end_to_end
