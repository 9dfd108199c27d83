#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "running_server.hpp"
#include "server_under_test/concurrency_model.hpp"

/// Clauses 7.1 to 7.7, over a socket, in every model.
namespace bftp::server::testing {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;

/// How a request looks in a dialect, and what an answer to it has in front of the file.
struct Speech {
  std::string dialect;
  std::string (*request)(const std::string& name);
  std::string (*before)(std::size_t size);
  std::string refused;  ///< what a missing file gets; HTTP's is looked at apart
  bool lasting = false;
};

std::string bare(std::size_t) {
  return {};
}
std::string as_message(const std::string& payload) {
  return protocol::encode_header(payload.size()) + payload;
}

const std::vector<Speech>& speeches() {
  static const std::vector<Speech> all{
      {"nul", [](const std::string& name) { return name + '\0'; }, bare, "", false},
      {"raw", [](const std::string& name) { return name; }, bare, "", false},
      {"line", [](const std::string& name) { return name + '\n'; }, bare, "", false},
      {"fixed", [](const std::string& name) { return name + std::string(40 - name.size(), ' '); }, bare, "",
       false},
      {"sized", as_message, protocol::encode_header, "", false},
      {"stream", as_message, [](std::size_t size) { return as_message(std::to_string(size)); }, "ERR 404 ",
       true},
  };
  return all;
}

class Speaking : public ::testing::TestWithParam<std::tuple<Speech, std::string>> {
 protected:
  Speaking() {
    root_.write("empty", "");
    root_.write("small", small_);
    root_.write("large", large_);
    server_ = std::make_unique<RunningServer>(
        root_.path(),
        std::vector<std::string>{"--dialect", speech().dialect, "--model", std::get<1>(GetParam())});
  }
  const Speech& speech() const { return std::get<0>(GetParam()); }

  /// Everything that one connection yields; "(reset)" if it ends by RST.
  std::string whole(const std::vector<std::string>& pieces) {
    Client client(*server_);
    for (const auto& piece : pieces) {
      client.send(piece);
      if (pieces.size() > 1) std::this_thread::sleep_for(std::chrono::milliseconds(2));  // apart on the wire
    }
    if (speech().lasting) client.half_close();
    return client.rest();
  }
  std::string whole(const std::string& request) { return whole(std::vector{request}); }
  std::string answer(const std::string& content) const { return speech().before(content.size()) + content; }

  std::string small_ = some_bytes(300);
  std::string large_ = some_bytes(3'000'000, 2);
  TemporaryFolder root_;
  std::unique_ptr<RunningServer> server_;
};

INSTANTIATE_TEST_SUITE_P(Dialects, Speaking,
                         ::testing::Combine(::testing::ValuesIn(speeches()),
                                            ::testing::ValuesIn(model_names())),
                         [](const auto& test) {
                           return std::get<0>(test.param).dialect + "_" + std::get<1>(test.param);
                         });

TEST_P(Speaking, ServesFilesOfEverySizeAndEndsInOrder) {
  for (const auto& [name, content] : {std::pair("small"s, small_), {"large"s, large_}, {"empty"s, ""s}})
    EXPECT_TRUE(whole(speech().request(name)) == answer(content)) << name;
  EXPECT_EQ(server_->terminate(), 0);
}

TEST_P(Speaking, SegmentBordersMeanNothing) {  // 1.4
  const auto request = speech().request("small");
  EXPECT_EQ(whole({request.substr(0, 2), request.substr(2)}), answer(small_));
  std::vector<std::string> bytes;
  for (const char byte : request) bytes.emplace_back(1, byte);
  EXPECT_EQ(whole(bytes), answer(small_));
}

TEST_P(Speaking, RefusesInOrderWhatIsMissing) {
  const auto said = whole(speech().request("missing"));
  if (speech().refused.empty()) {
    EXPECT_EQ(said, "");
  } else {
    EXPECT_THAT(said.substr(std::min<std::size_t>(8, said.size())), ::testing::StartsWith(speech().refused));
  }
}

TEST_P(Speaking, LeadsNowhereOutsideTheRoot) {  // 3.2
  const auto said = whole(speech().request("../etc/passwd"));
  EXPECT_TRUE(said.empty() || said.substr(8).starts_with("ERR 403 ")) << said;
}

TEST_P(Speaking, ClientsThatGoAwayAreForgotten) {  // 2.6
  const auto request = speech().request("large");
  for (const auto& sent : {""s, request.substr(0, 3), request}) {
    Client(*server_).send(sent);
    Client client(*server_);
    client.send(sent);
    client.reset();
  }
  EXPECT_EQ(whole(speech().request("small")), answer(small_));
  EXPECT_EQ(server_->terminate(), 0);
}

TEST_P(Speaking, LastingConnectionsServeAnyNumberOfFiles) {
  if (!speech().lasting) return;
  const auto request = [this](const char* name) {
    return speech().request(name);
  };
  const auto said = whole(request("small") + request("missing") + request("large") + request("empty"));
  EXPECT_TRUE(said.starts_with(answer(small_)));
  EXPECT_THAT(said.substr(answer(small_).size(), 40), HasSubstr("ERR 404 "));
  EXPECT_TRUE(said.ends_with(answer(large_) + answer("")));
}

class SpeakingRaw : public ::testing::TestWithParam<std::string> {
 protected:
  SpeakingRaw() {
    root_.write("a", "short");
    root_.write("abc", "long");
    server_ = std::make_unique<RunningServer>(
        root_.path(), std::vector<std::string>{"--dialect", "raw", "--model", GetParam()});
  }
  TemporaryFolder root_;
  std::unique_ptr<RunningServer> server_;
};

INSTANTIATE_TEST_SUITE_P(Models, SpeakingRaw, ::testing::ValuesIn(model_names()),
                         [](const auto& test) { return test.param; });

TEST_P(SpeakingRaw, TakesAMissingNameForWholeAfterAPauseOrAtTheClientsEnd) {
  Client waiting(*server_);
  waiting.send("missing");
  EXPECT_EQ(waiting.rest(), "");
  Client ending(*server_);
  ending.send("a");
  ending.half_close();
  EXPECT_EQ(ending.rest(), "short");
}

TEST_P(SpeakingRaw, TakesALineEndForTheEndOfTheName) {
  for (const auto* name : {"a\n", "a\r\n"}) {
    Client client(*server_);
    client.send(name);
    EXPECT_EQ(client.rest(), "short");
  }
}

TEST_P(SpeakingRaw, WhoeverSendsInPartsGetsTheLongerName) {
  root_.write("abcde", "longer");
  // On a busy machine the parts may lie further apart than the server waits for more.
  constexpr int tries_max = 20;
  std::string got;
  for (int tries = 0; tries < tries_max && got != "longer"; ++tries) {
    Client client(*server_);
    for (const auto* part : {"ab", "c", "de"}) {
      client.send(part);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    got = client.rest();
  }
  EXPECT_EQ(got, "longer");
}

class SpeakingHttp : public ::testing::TestWithParam<std::string> {
 protected:
  SpeakingHttp() {
    std::filesystem::create_directory(root_ / "deep");
    root_.write("deep/a b.txt", "content");
    root_.write("large", large_);
    server_ = std::make_unique<RunningServer>(
        root_.path(), std::vector<std::string>{"--dialect", "http", "--model", GetParam()});
  }
  std::string whole(const std::string& request) {
    Client client(*server_);
    client.send(request);
    return client.rest();
  }
  std::string status(const std::string& request) { return whole(request).substr(0, 12); }
  static std::string get(const std::string& target) { return "GET " + target + " HTTP/1.0\r\n\r\n"; }

  std::string large_ = some_bytes(3'000'000, 2);
  TemporaryFolder root_;
  std::unique_ptr<RunningServer> server_;
};

INSTANTIATE_TEST_SUITE_P(Models, SpeakingHttp, ::testing::ValuesIn(model_names()),
                         [](const auto& test) { return test.param; });

TEST_P(SpeakingHttp, ServesFilesByDeepAndEscapedPaths) {
  EXPECT_THAT(whole(get("/deep/a%20b.txt?query=1")), ::testing::EndsWith("\r\n\r\ncontent"));
  const auto said = whole(get("/large"));
  EXPECT_THAT(said.substr(0, 400), HasSubstr("\r\nContent-Length: 3000000\r\n"));
  EXPECT_TRUE(said.ends_with("\r\n\r\n" + large_));
}

TEST_P(SpeakingHttp, SaysWhyNot) {
  EXPECT_EQ(status(get("/missing")), "HTTP/1.1 404");
  EXPECT_EQ(status(get("/deep")), "HTTP/1.1 403");
  EXPECT_EQ(status(get("/../../etc/passwd")), "HTTP/1.1 403");
  EXPECT_EQ(status(get("/%2e%2e/x")), "HTTP/1.1 403");
  EXPECT_EQ(status(get("/%00")), "HTTP/1.1 400");
  EXPECT_EQ(status("nonsense\r\n\r\n"), "HTTP/1.1 400");
  EXPECT_EQ(status("DELETE /large HTTP/1.1\r\nHost: x\r\n\r\n"), "HTTP/1.1 405");
  EXPECT_EQ(status("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"), "HTTP/1.1 405");
  EXPECT_EQ(status("GET /large HTTP/1.1\r\n\r\n"), "HTTP/1.1 400");
  EXPECT_EQ(status("GET / HTTP/1.1\r\nA: " + std::string(20'000, 'x') + "\r\n\r\n"), "HTTP/1.1 431");
}

TEST_P(SpeakingHttp, SendsNoFileForHead) {
  const auto said = whole("HEAD /large HTTP/1.0\r\n\r\n");
  EXPECT_THAT(said, HasSubstr("\r\nContent-Length: 3000000\r\n"));
  EXPECT_THAT(said, ::testing::EndsWith("\r\n\r\n"));
}

TEST_P(SpeakingHttp, KeepsAliveAndAnswersPipelinedRequestsInOrder) {
  const auto said = whole(
      "GET /deep/a%20b.txt HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /missing HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto first = said.find("\r\n\r\ncontentHTTP/1.1 404");
  EXPECT_NE(first, std::string::npos);
  EXPECT_TRUE(said.ends_with("\r\n\r\n" + large_));
  EXPECT_THAT(said.substr(said.size() - large_.size() - 200, 200), HasSubstr("Connection: close"));
}

TEST_P(SpeakingHttp, TooManyClientsGet503) {
  if (GetParam() == "iterative") return;  // has never more than one
  server_ = std::make_unique<RunningServer>(
      root_.path(),
      std::vector<std::string>{"--dialect", "http", "--model", GetParam(), "--max-clients", "1"});
  Client first(*server_);
  first.send("GET /missing HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_EQ(first.receive(12), "HTTP/1.1 404");
  EXPECT_EQ(status(get("/large")), "HTTP/1.1 503");
}

}  // namespace
}  // namespace bftp::server::testing
