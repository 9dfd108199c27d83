#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <map>

#include "protocol/copy_words.hpp"
#include "protocol/request.hpp"
#include "tests/client_under_test/worker_test_kit.hpp"

namespace bftp::client::worker::testing {
namespace {

using protocol::Op;
using protocol::TransferError;
using protocol::Verify;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// A small BFTP server over a folder, right in everything; a test bends one of its parts.
class Store {
 public:
  explicit Store(std::filesystem::path root) : root_(std::move(root)) {}

  std::function<std::string(std::string)> stored_as = [](std::string content) {
    return content;
  };
  std::function<bool(Peer&, const std::string& name, const std::string& content)>
      place;  ///< instead of a plain file
  std::string first_reply = "OK";
  std::optional<std::string> final_reply;
  std::string delete_reply = "OK";
  std::vector<std::string> requests;

  void operator()(Peer& peer) {
    while (const auto request = peer.receive_message()) {
      requests.push_back(*request);
      if (!answer(peer, *request)) return;
    }
  }

 private:
  bool answer(Peer& peer, const std::string& payload) {
    const auto parsed = protocol::parse_request(payload);
    const auto* request = std::get_if<protocol::Request>(&parsed);
    if (request == nullptr) return false;
    const auto path = root_ / request->path;
    switch (request->verb) {
      case protocol::Verb::put:
        return put(peer, *request);
      case protocol::Verb::get:
        if (!std::filesystem::exists(path)) return peer.send_message("ERR 404 no such file");
        return peer.send_file(read_file(path));
      case protocol::Verb::del:
        if (delete_reply == "OK") std::filesystem::remove(path);
        return peer.send_message(delete_reply);
      default:
        return false;
    }
  }

  bool put(Peer& peer, const protocol::Request& request) {
    if (!peer.send_message(first_reply)) return false;
    if (first_reply.starts_with("ERR")) return true;
    const auto content = peer.receive(request.size);
    if (!content) return false;
    if (place) {
      if (!place(peer, (root_ / request.path).string(), *content)) return false;
    } else {
      write_file(root_ / request.path, stored_as(*content));
    }
    return peer.send_message(final_reply.value_or("OK " + std::to_string(request.size)));
  }

  std::filesystem::path root_;
};

class WorkerPutTest : public WorkerTest {
 protected:
  std::filesystem::path root() const { return folder() / "root"; }
  bool root_is_empty() const { return std::filesystem::is_empty(root()); }

  std::vector<protocol::WorkerRecord> put(Store& store, bool root_is_ours = true,
                                          std::uint32_t iterations = 1) {
    FakeServer server([&store](Peer& peer) { store(peer); });
    auto block = block_to(server.port(), Op::put, iterations);
    block.first_iteration = first_iteration;
    if (root_is_ours) block.server_root = root().string();
    auto records = run(block);
    EXPECT_EQ(records.size(), iterations);
    return records;
  }

  /// Stores as it should, and counts those PUTs that meet a file of their name.
  static auto counting_older(std::size_t& older) {
    return [&older](Peer&, const std::string& path, const std::string& content) {
      older += std::filesystem::exists(path) ? 1U : 0U;
      write_file(path, content);
      return true;
    };
  }

  std::uint32_t first_iteration = 1;  ///< 0: the file of that name is there already
};

/// Read back from the root or by GET, by hash or by bytes.
class WorkerPutBackTest : public WorkerPutTest,
                          public ::testing::WithParamInterface<std::tuple<bool, Verify, bool>> {
 protected:
  WorkerPutBackTest() {
    job.verify = std::get<1>(GetParam());
    job.lasting_connection = std::get<2>(GetParam());
  }
  bool root_is_ours() const { return std::get<0>(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(ReadBack, WorkerPutBackTest,
                         ::testing::Combine(::testing::Bool(),
                                            ::testing::Values(Verify::sha256, Verify::bytes),
                                            ::testing::Bool()));

TEST_P(WorkerPutBackTest, StoresVerifiesAndRemoves) {
  const std::string content = noise(300'000);
  add_fixture("my file.bin", content);
  Store store(root());
  const auto records = put(store, root_is_ours(), 3);
  for (const auto& record : records) {
    EXPECT_EQ(record.error, TransferError::none) << record.detail;
    EXPECT_EQ(record.detail, "");
    EXPECT_EQ(record.identical, true);
    EXPECT_EQ(record.sha256, protocol::sha256(content));
    EXPECT_EQ(record.bytes, content.size());
    EXPECT_TRUE(record.first_byte_ns && record.transfer_ns);
  }
  EXPECT_TRUE(root_is_empty());
  EXPECT_EQ(store.requests[0], "PUT 300000 put-c0-0-my file.bin");
  EXPECT_EQ(store.requests[1], "PUT 300000 put-c0-1-my file.bin");
}

TEST_P(WorkerPutBackTest, NamesRecurOnceTheirFilesAreGoneAndNotAfterAFailure) {
  add_fixture("f", noise(1'000));
  Store store(root());
  const auto put_names = [&](const std::string& first_reply) {
    store.requests.clear();
    store.first_reply = first_reply;
    put(store, root_is_ours(), 2);
    std::vector<std::string> names;
    for (const std::string& request : store.requests)
      if (request.starts_with("PUT")) names.push_back(request.substr(request.rfind(' ') + 1));
    return names;
  };
  EXPECT_THAT(put_names("OK"), ElementsAre("put-c0-0-f", "put-c0-1-f"));
  EXPECT_THAT(put_names("OK"), ElementsAre("put-c0-0-f", "put-c0-1-f"));
  EXPECT_THAT(put_names("ERR 507 full"), ElementsAre("put-c0-0-f", "put-c0-1-f"));
  EXPECT_THAT(put_names("OK"), ElementsAre("put-c0-2-f", "put-c0-3-f"));
}

TEST_P(WorkerPutBackTest, AWrongByteOnTheDiskIsFound) {
  const std::string content = noise(10'000);
  add_fixture("f", content);
  Store store(root());
  store.stored_as = [](std::string stored) {
    stored[9'000] = static_cast<char>(~stored[9'000]);
    return stored;
  };
  const auto record = put(store, root_is_ours())[0];
  EXPECT_EQ(record.error, TransferError::none);
  EXPECT_EQ(record.identical, false);
  EXPECT_EQ(record.first_difference, 9'000u);
  EXPECT_EQ(record.sha256, protocol::sha256(store.stored_as(content)));
  EXPECT_EQ(record.evidence, "c0-b0-i1-put-f0.txt");
  EXPECT_TRUE(root_is_empty());
}

TEST_P(WorkerPutBackTest, AnEmptyFileIsStored) {
  add_fixture("empty", "");
  Store store(root());
  const auto record = put(store, root_is_ours())[0];
  EXPECT_EQ(record.error, TransferError::none) << record.detail;
  EXPECT_EQ(record.identical, true);
  EXPECT_TRUE(root_is_empty());
}

TEST_F(WorkerPutTest, ACutFileIsNotIdentical) {
  const std::string content = noise(10'000);
  add_fixture("f", content);
  Store store(root());
  store.stored_as = [](const std::string& stored) {
    return stored.substr(0, 8'192);
  };
  const auto record = put(store)[0];
  EXPECT_EQ(record.identical, false);
  EXPECT_EQ(record.first_difference, 8'192u);
}

TEST_F(WorkerPutTest, ARefusalIsAnError) {
  add_fixture("f", "content");
  Store store(root());
  store.first_reply = "ERR 507 full";
  const auto record = put(store)[0];
  EXPECT_EQ(record.error, TransferError::refused);
  EXPECT_EQ(record.detail, "the server answered ERR 507 full");
  EXPECT_EQ(record.identical, std::nullopt);
  EXPECT_EQ(record.transfer_ns, std::nullopt);
}

TEST_F(WorkerPutTest, ARefusalAfterTheContentIsAnErrorAndLeavesTheRootAlone) {
  add_fixture("f", "content");
  Store store(root());
  store.final_reply = "ERR 500 lost it";
  const auto record = put(store)[0];
  EXPECT_EQ(record.error, TransferError::refused);
  EXPECT_EQ(record.bytes, 7u);
  EXPECT_EQ(record.identical, std::nullopt);
  EXPECT_FALSE(root_is_empty());  // what a failed PUT leaves is for a check of its own to find
}

TEST_F(WorkerPutTest, AnAcknowledgementOfAnotherSizeIsAnError) {
  add_fixture("f", "content");
  Store store(root());
  store.final_reply = "OK 6";
  const auto record = put(store)[0];
  EXPECT_EQ(record.error, TransferError::wrong_size);
  EXPECT_EQ(record.detail, "the server acknowledged 6 of 7 bytes sent");
  EXPECT_TRUE(root_is_empty()) << "all was sent, so that it is there is no fault, and we take it away";
}

TEST_F(WorkerPutTest, AnAcknowledgementBeforeTheContentIsAnError) {
  add_fixture("f", "content");
  FakeServer server([](Peer& peer) {
    peer.receive_message();
    peer.send("00000002OK00000004OK 7");
    peer.wait_for_close();
  });
  const auto records = run(block_to(server.port(), Op::put));
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].error, TransferError::malformed_reply);
  EXPECT_THAT(records[0].detail,
              HasSubstr("\"00000004OK 7\" after its first OK, before any content had come"));
}

TEST_F(WorkerPutTest, NonsenseIsQuoted) {
  add_fixture("f", "content");
  FakeServer server([](Peer& peer) {
    peer.receive_message();
    peer.send("200 OK\r\n");
    peer.wait_for_close();
  });
  const auto records = run(block_to(server.port(), Op::put));
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].error, TransferError::malformed_reply);
  EXPECT_THAT(records[0].detail, HasSubstr("\"200 OK\\r\\n\""));
}

TEST_F(WorkerPutTest, AServerThatSaysWhyItHangsUpIsHeard) {
  add_fixture("f", noise(20u << 20));  // more than the buffers of both sides hold
  FakeServer server([](Peer& peer) {
    peer.receive_message();
    peer.send_message("OK");
    peer.receive(1'000);
    peer.send_message("ERR 507 disk full");
  });
  const auto records = run(block_to(server.port(), Op::put));
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].error, TransferError::refused) << records[0].detail;
  EXPECT_EQ(records[0].detail, "the server answered ERR 507 disk full");
  EXPECT_LT(records[0].bytes, 20u << 20);
}

TEST_F(WorkerPutTest, AServerThatStopsReadingRunsIntoTheDeadline) {
  job.transfer_deadline_s = 0.05;
  add_fixture("f", noise(20u << 20));  // more than the buffers of both sides hold
  FakeServer server([&](Peer& peer) {
    peer.receive_message();
    peer.send_message("OK");
    peer.wait_for_end();
  });
  const auto records = run(block_to(server.port(), Op::put));
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].error, TransferError::deadline) << records[0].detail;
  EXPECT_THAT(records[0].detail, HasSubstr("the deadline of 0.05 s passed after "));
  EXPECT_LT(records[0].bytes, 20u << 20);
}

TEST_F(WorkerPutTest, AServerThatAcknowledgesAndStoresNothingIsFound) {
  add_fixture("f", "content");
  Store store(root());
  store.place = [](Peer&, const std::string&, const std::string&) {
    return true;
  };
  const auto record = put(store)[0];
  EXPECT_EQ(record.error, TransferError::verify_failed);
  EXPECT_EQ(record.detail, "reading put-c0-0-f in the server's root: No such file or directory");
  EXPECT_EQ(record.identical, std::nullopt);
  EXPECT_TRUE(record.transfer_ns.has_value());
}

TEST_F(WorkerPutTest, TheSameByGet) {
  add_fixture("f", "content");
  Store store(root());
  store.place = [](Peer&, const std::string&, const std::string&) {
    return true;
  };
  const auto record = put(store, false)[0];
  EXPECT_EQ(record.error, TransferError::verify_failed);
  EXPECT_EQ(record.detail, "reading it back by GET: the server answered ERR 404 no such file");
}

TEST_F(WorkerPutTest, TheFirstPutReplacesAnOlderFile) {
  first_iteration = 0;
  add_fixture("f", "content");
  add_fixture("empty", "");
  Store store(root());
  std::size_t older = 0;
  store.place = counting_older(older);
  FakeServer server([&store](Peer& peer) { store(peer); });
  auto block = block_to(server.port(), Op::put, 2);
  block.fixtures = {0, 1};
  block.server_root = root().string();
  for (const auto& record : run(block)) EXPECT_EQ(record.identical, true) << record.detail;
  EXPECT_EQ(older, 2u) << "of each fixture the first only";
  EXPECT_TRUE(root_is_empty());
}

TEST_F(WorkerPutTest, EachReplacingPutMeetsAnOlderFile) {
  add_fixture("f", "content");
  Store store(root());
  std::size_t older = 0;
  store.place = counting_older(older);
  FakeServer server([&store](Peer& peer) { store(peer); });
  auto block = block_to(server.port(), Op::replace_put, 3);
  block.server_root = root().string();
  const auto records = run(block);
  ASSERT_EQ(records.size(), 3u);
  for (const auto& record : records) {
    EXPECT_EQ(record.op, Op::replace_put);
    EXPECT_EQ(record.identical, true) << record.detail;
  }
  EXPECT_EQ(older, 3u);
  EXPECT_TRUE(root_is_empty());
}

TEST_F(WorkerPutTest, AReplacingPutNeedsARootAndADialectThatReplaces) {
  add_fixture("f", "content");
  FakeServer server([](Peer&) { ADD_FAILURE() << "nobody may come"; });
  const auto refusal = [&](const protocol::WorkerBlock& block) {
    auto made = Worker::prepare(job);
    if (!made) return made.error().message;
    const auto result = (*made)->run(block, [](const auto&) { return true; });
    return result ? std::string() : result.error().message;
  };
  auto block = block_to(server.port(), Op::replace_put);
  EXPECT_THAT(refusal(block), HasSubstr("names no server_root"));
  block.server_root = root().string();
  job.dialect = "ftp";
  EXPECT_THAT(refusal(block), HasSubstr("which the dialect ftp does not have"));
}

TEST_F(WorkerPutTest, AServerThatAppendsToAnOlderFileIsFound) {
  first_iteration = 0;
  add_fixture("f", "content");
  Store store(root());
  store.place = [](Peer&, const std::string& path, const std::string& content) {
    std::ofstream(path, std::ios::app | std::ios::binary) << content;
    return true;
  };
  const auto record = put(store)[0];
  EXPECT_EQ(record.identical, false);
  EXPECT_THAT(record.detail, HasSubstr("has to replace as a whole (clause 4.8)"));
  EXPECT_THAT(record.detail, HasSubstr(protocol::older_file_was_there));
  EXPECT_THAT(record.detail, HasSubstr("now has 78 bytes and begins with the older file's content"));
  EXPECT_TRUE(root_is_empty());
}

TEST_F(WorkerPutTest, AnOlderFilesTailIsFound) {
  first_iteration = 0;
  add_fixture("f", "content");
  Store store(root());
  store.place = [](Peer&, const std::string& path, const std::string& content) {
    std::fstream(path, std::ios::in | std::ios::out | std::ios::binary) << content;
    return true;
  };
  const auto record = put(store)[0];
  EXPECT_EQ(record.identical, false);
  EXPECT_EQ(record.first_difference, 7u);
  EXPECT_THAT(record.detail, HasSubstr("now has 71 bytes"));
  EXPECT_THAT(record.detail, Not(HasSubstr(protocol::older_content_stayed)))
      << "its tail is there, its beginning is not";
}

TEST_F(WorkerPutTest, AnOlderFileWhosePutWasRefusedIsRemoved) {
  first_iteration = 0;
  add_fixture("f", "content");
  Store store(root());
  store.first_reply = "ERR 507 full";
  EXPECT_EQ(put(store)[0].error, TransferError::refused);
  EXPECT_TRUE(root_is_empty());
}

TEST_F(WorkerPutTest, ALinkIsNotFollowedOutOfTheRoot) {
  add_fixture("f", "content");
  Store store(root());
  store.place = [&](Peer&, const std::string& path, const std::string&) {
    std::filesystem::create_symlink(job.fixtures[0].local_path, path);
    return true;
  };
  const auto record = put(store)[0];
  EXPECT_EQ(record.error, TransferError::verify_failed);
  EXPECT_THAT(record.detail, HasSubstr("a symbolic link, and no file"));
  EXPECT_EQ(record.identical, std::nullopt);
  EXPECT_TRUE(root_is_empty());
  EXPECT_EQ(read_file(job.fixtures[0].local_path), "content");
}

TEST_F(WorkerPutTest, AFifoIsNotWaitedOn) {
  add_fixture("f", "content");
  Store store(root());
  store.place = [](Peer&, const std::string& path, const std::string&) {
    return ::mkfifo(path.c_str(), 0600) == 0;
  };
  const auto record = put(store)[0];
  EXPECT_EQ(record.error, TransferError::verify_failed);
  EXPECT_EQ(record.detail, "reading put-c0-0-f in the server's root: no regular file");
  EXPECT_TRUE(root_is_empty());
}

TEST_F(WorkerPutTest, AFolderInThePlaceOfTheFileStaysAndIsReported) {
  add_fixture("f", "content");
  Store store(root());
  store.place = [](Peer&, const std::string& path, const std::string&) {
    return std::filesystem::create_directory(path);
  };
  const auto record = put(store)[0];
  EXPECT_EQ(record.error, TransferError::verify_failed);
  EXPECT_THAT(record.detail, HasSubstr("no regular file"));
}

TEST_F(WorkerPutTest, AnEnormousFileIsNotReadThrough) {
  add_fixture("f", "content");
  Store store(root());
  store.place = [](Peer&, const std::string& path, const std::string&) {
    write_file(path, "content");
    std::filesystem::resize_file(path, std::uintmax_t{1} << 40);
    return true;
  };
  const auto record = put(store)[0];
  EXPECT_EQ(record.error, TransferError::verify_failed);
  EXPECT_THAT(record.detail, HasSubstr("bytes or more, the fixture 7"));
  EXPECT_TRUE(root_is_empty());
}

TEST_F(WorkerPutTest, ADeleteThatFailsIsReported) {
  add_fixture("f", "content");
  Store store(root());
  store.delete_reply = "ERR 403 never";
  const auto record = put(store, false)[0];
  EXPECT_EQ(record.error, TransferError::verify_failed);
  EXPECT_EQ(record.detail, "removing it by DELETE: the server answered ERR 403 never");
  EXPECT_EQ(record.identical, true);
}

TEST_F(WorkerPutTest, ARootThatDoesNotExistIsOurFault) {
  add_fixture("f", "content");
  Store store(root());
  FakeServer server([&store](Peer& peer) { store(peer); });
  auto block = block_to(server.port(), Op::put);
  block.server_root = (folder() / "elsewhere").string();
  const auto records = run(block);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].error, TransferError::local);
  EXPECT_THAT(records[0].detail, HasSubstr("cannot open the server's root"));
}

TEST_F(WorkerPutTest, UnverifiedPutsAreRemovedToo) {
  job.verify = Verify::none;
  add_fixture("f", "content");
  Store store(root());
  const auto record = put(store)[0];
  EXPECT_EQ(record.error, TransferError::none) << record.detail;
  EXPECT_EQ(record.identical, std::nullopt);
  EXPECT_TRUE(root_is_empty());
}

TEST_F(WorkerPutTest, StoredFilesDoNotPileUpBeyondTheArena) {
  job.arena_bytes = 250'000;
  add_fixture("f", noise(100'000));
  Store store(root());
  std::ptrdiff_t most = 0;
  store.place = [&](Peer&, const std::string& path, const std::string& content) {
    write_file(path, content);
    most = std::max(most, std::distance(std::filesystem::directory_iterator(root()), {}));
    return true;
  };
  for (const auto& record : put(store, true, 7)) EXPECT_EQ(record.identical, true) << record.detail;
  EXPECT_EQ(most, 2);
}

TEST(WorkerPutNameTest, IsUniqueShortAndUtf8) {
  EXPECT_EQ(put_name("", 3, 17, "db.csv"), "put-c3-17-db.csv");
  EXPECT_EQ(put_name("", 0, 0, "a/b/c"), "put-c0-0-a_b_c");
  EXPECT_EQ(put_name("7f3a", 3, 17, "db.csv"), "put-7f3a-c3-17-db.csv");
  const std::string prefix = "put-c0-0-";
  EXPECT_EQ(put_name("", 0, 0, std::string(300, 'x')).size(), 255u);
  // Two bytes each: the cut must not fall between them.
  std::string umlauts;
  for (int i = 0; i < 150; ++i) umlauts += "\xc3\xa4";
  EXPECT_EQ(put_name("", 0, 0, umlauts), prefix + umlauts.substr(0, 246));
  EXPECT_EQ(put_name("", 0, 10, umlauts), "put-c0-10-" + umlauts.substr(0, 244));
}

}  // namespace
}  // namespace bftp::client::worker::testing
