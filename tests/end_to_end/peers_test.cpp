// The world's own servers pass the suite `transfer`: a healthy peer that fails is our bug until shown
// otherwise. They come from Debian's packages, run as whoever runs the test, and end by their process id with
// the run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/end_to_end/program.hpp"

namespace bftp::end_to_end {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string script(const std::string& name) {
  return std::string(BFTP_SOURCE_DIR) + "/tests/end_to_end/peers/" + name + " {port} {root}";
}

struct Peer {
  const char* name;
  const char* dialect;
  const char* command;  ///< empty: a script of the peer's name
};

// Debian's Python is named by its path: another one in PATH does not see Debian's modules.
constexpr const char* python_http =
    "/usr/bin/python3 -m http.server --bind 127.0.0.1 --directory {root} {port}";
constexpr const char* python_ftp = "/usr/bin/python3 -m pyftpdlib -i 127.0.0.1 -p {port} -d {root} -w";

class RealPeer : public ::testing::TestWithParam<Peer> {
 protected:
  std::vector<std::string> run_of(const TemporaryFolder& folder, const std::vector<std::string>& more) const {
    const Peer& peer = GetParam();
    std::vector<std::string> arguments{"--dialect", peer.dialect, "--server",
                                       *peer.command != '\0' ? peer.command : script(peer.name)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return short_run(folder, arguments);
  }
};

INSTANTIATE_TEST_SUITE_P(Peers, RealPeer,
                         ::testing::Values(Peer{"nginx", "http", ""}, Peer{"nginx", "http1.1", ""},
                                           Peer{"lighttpd", "http", ""}, Peer{"lighttpd", "http1.1", ""},
                                           Peer{"python_http", "http", python_http},
                                           Peer{"vsftpd", "ftp", ""}, Peer{"pyftpdlib", "ftp", python_ftp}),
                         [](const auto& each) {
                           const std::string dialect = each.param.dialect;
                           return std::string(each.param.name) + (dialect == "http1.1" ? "_by_1_1" : "");
                         });

TEST_P(RealPeer, PassesTransfer) {
  const TemporaryFolder folder;
  const Outcome outcome =
      torture(run_of(folder, {"--phases", "all", "--fixtures",
                              "every_byte.bin,empty.bin,name with spaces.txt,grüße_naïve_日本語.txt,db.csv"}),
              folder);
  const std::string run = folder.file("reports/latest");
  EXPECT_THAT(outcome.code, AnyOf(0, 2)) << outcome.out << outcome.err;
  EXPECT_THAT(failed_checks(run), IsEmpty()) << outcome.out;
  EXPECT_EQ(statuses(run)["identity.copies"], "pass") << outcome.out;
  EXPECT_EQ(statuses(run)["identity.errors"], "pass") << outcome.out;
  EXPECT_THAT(processes_with(folder.path()), IsEmpty());
}

/// The control's dialect is the peer's where the reference server has it, else its own.
TEST_P(RealPeer, HasAControlBesideIt) {
  const TemporaryFolder folder;
  const Outcome outcome = torture(run_of(folder, {"--fixtures", "oliver_twist.txt", "--ops", "get"}), folder);
  EXPECT_THAT(outcome.code, AnyOf(0, 2)) << outcome.out << outcome.err;
  EXPECT_THAT(read_file(folder.file("reports/latest/transfers.csv")), HasSubstr(",control,get,"));
  const bool by_bftp = std::string(GetParam().dialect) == "ftp";
  const auto said = HasSubstr("bftp arm");
  EXPECT_THAT(outcome.out, by_bftp ? ::testing::Matcher<std::string>(said) : Not(said));
}

TEST_P(RealPeer, PassesOnLastingConnections) {
  const TemporaryFolder folder;
  const Outcome outcome = torture(run_of(folder, {"--lasting-connections", "true"}), folder);
  const std::string run = folder.file("reports/latest");
  EXPECT_THAT(outcome.code, AnyOf(0, 2)) << outcome.out << outcome.err;
  EXPECT_EQ(statuses(run)["identity.copies"], "pass") << outcome.out;
  EXPECT_EQ(statuses(run)["identity.errors"], "pass") << outcome.out;
}

/// nginx by HTTPS, with a certificate that the test makes.
class EncryptedPeer : public ::testing::Test {
 protected:
  EncryptedPeer() {
    const std::string make =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
        "-subj /CN=test -addext subjectAltName=IP:127.0.0.1 -keyout '" +
        key_ + "' -out '" + certificate_ + "' 2>'" + folder_.file("openssl.err") + "'";
    EXPECT_EQ(std::system(make.c_str()), 0);
  }

  Outcome run(const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"--dialect", "https", "--server",
                                       script("nginx") + " " + certificate_ + " " + key_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return torture(short_run(folder_, arguments), folder_);
  }

  const TemporaryFolder folder_;
  const std::string certificate_ = folder_.file("cert.pem");
  const std::string key_ = folder_.file("key.pem");
};

TEST_F(EncryptedPeer, PassesTransferWithACertificateThatWeTrust) {
  for (const char* lasting : {"false", "true"}) {
    const Outcome outcome = run({"--ca-file", certificate_, "--lasting-connections", lasting});
    const std::string run = folder_.file("reports/latest");
    EXPECT_THAT(outcome.code, AnyOf(0, 2)) << outcome.out << outcome.err;
    EXPECT_THAT(failed_checks(run), IsEmpty()) << outcome.out;
    EXPECT_EQ(statuses(run)["identity.copies"], "pass") << outcome.out;
    EXPECT_EQ(statuses(run)["identity.errors"], "pass") << outcome.out;
  }
}

TEST_F(EncryptedPeer, IsNotJudgedByACertificateThatWeDoNotTrust) {
  const Outcome outcome = run({});
  EXPECT_EQ(outcome.code, 3) << outcome.out;
  for (const char* text : {"does not verify", "--ca-file", "Nothing is judged"})
    EXPECT_THAT(outcome.err, HasSubstr(text));
  EXPECT_THAT(processes_with(folder_.path()), IsEmpty());
}

TEST_F(EncryptedPeer, IsNotTriedWithACaFileThatIsNone) {
  const Outcome outcome = run({"--ca-file", folder_.file("missing.pem")});
  EXPECT_EQ(outcome.code, 64) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("missing.pem"));
}

TEST_F(EncryptedPeer, IsKnownByItsOwnDialect) {
  const Outcome outcome = torture(
      short_run(folder_, {"--dialect", "https", "--server", script("nginx"), "--ca-file", certificate_}),
      folder_);
  EXPECT_EQ(outcome.code, 3) << outcome.out;
  EXPECT_THAT(outcome.err, HasSubstr("--dialect http"));
}

TEST(Dialects, AreListedWithWhatAPlanMayAskOfThem) {
  const TemporaryFolder folder;
  const Outcome outcome = torture({"list", "dialects"}, folder);
  EXPECT_EQ(outcome.code, 0);
  for (const char* text :
       {"bftp", "7.1", "7.8", "close of the data connection", "get,put", "reference server"})
    EXPECT_THAT(outcome.out, HasSubstr(text));
}

}  // namespace
}  // namespace bftp::end_to_end
