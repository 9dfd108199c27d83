#include "harness/measure/runtime.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/measure/make_probe.hpp"
#include "tests/measure/helpers/fake_proc.hpp"
#include "tests/measure/helpers/hotspot_file.hpp"

namespace bftp::measure {
namespace {

using namespace std::string_literals;
using record::RuntimeKind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string map_of(const std::string& path) {
  return "7f1c20000000-7f1c21000000 r-xp 00000000 08:01 1234    " + path + "\n";
}

struct RuntimeTest : testing::Test {
  RecognisedRuntime look() {
    FakeProcFiles files(world);
    return recognise_runtime(files, 11);
  }
  void maps(const std::string& path) {
    world.files["/proc/11/maps"] = "00400000-00452000 r-xp 00000000 08:02 173521 /usr/bin/thing\n" +
                                   map_of(path) + "7ffc0000-7ffc2000 rw-p 00000000 00:00 0    [stack]\n";
  }
  FakeWorld world;
};

TEST_F(RuntimeTest, IsToldByWhatIsMapped) {
  const std::vector<std::pair<std::string, RuntimeKind>> known = {
      {"/usr/lib/jvm/java-17-openjdk-amd64/lib/server/libjvm.so", RuntimeKind::hotspot},
      {"/usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.1/libcoreclr.so", RuntimeKind::dotnet},
      {"/memfd:doublemapper (deleted)", RuntimeKind::dotnet},
      {"/usr/lib/x86_64-linux-gnu/libnode.so.108", RuntimeKind::v8},
      {"/usr/lib/x86_64-linux-gnu/libruby-3.1.so.3.1.2", RuntimeKind::ruby},
      {"/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0", RuntimeKind::cpython},
      {"/opt/with space/libjvm.so (deleted)", RuntimeKind::hotspot},
      {"/srv/files/libjvm.so.txt", RuntimeKind::unknown},
      {"/usr/lib/x86_64-linux-gnu/libc.so.6", RuntimeKind::unknown}};
  for (const auto& [path, kind] : known) {
    maps(path);
    EXPECT_EQ(look().runtime.kind, kind) << path;
  }
}

TEST_F(RuntimeTest, IsToldByTheProgramsName) {
  const std::vector<std::pair<std::string, RuntimeKind>> known = {
      {"/usr/bin/node", RuntimeKind::v8},
      {"/usr/local/bin/nodejs", RuntimeKind::v8},
      {"/usr/bin/python3.11", RuntimeKind::cpython},
      {"/usr/bin/ruby3.1", RuntimeKind::ruby},
      {"/usr/bin/dash", RuntimeKind::unknown},
      {"/home/x/node_server", RuntimeKind::unknown},
      {"/home/x/pythonic", RuntimeKind::unknown}};
  for (const auto& [path, kind] : known) {
    world.links["/proc/11/exe"] = path;
    EXPECT_EQ(look().runtime.kind, kind) << path;
  }
}

TEST_F(RuntimeTest, GoIsToldByItsNote) {
  const std::string elf =
      "\x7f"
      "ELF\2\1\1"s +
      std::string(4000, '\0');
  world.links["/proc/11/exe"] = "/home/x/server";
  world.files["/proc/11/exe"] = elf + "\4\0\0\0\x53\0\0\0\4\0\0\0Go\0\0"s + std::string(100, 'x');
  EXPECT_EQ(look().runtime.kind, RuntimeKind::go);
  world.files["/proc/11/exe"] = elf + "\4\0\0\0\x14\0\0\0\3\0\0\0GNU\0"s;
  EXPECT_EQ(look().runtime.kind, RuntimeKind::unknown);
  world.files["/proc/11/exe"] = "#!/bin/sh\n\4\0\0\0Go\0\0"s;
  EXPECT_EQ(look().runtime.kind, RuntimeKind::unknown) << "no ELF file";
}

TEST_F(RuntimeTest, WhereNobodyMayLookIsUnknown) {
  EXPECT_EQ(look().runtime.kind, RuntimeKind::unknown);
  EXPECT_THAT(look().runtime.options, IsEmpty());
}

TEST_F(RuntimeTest, KeepsOnlyWhatSizesTheHeapInTheOrderInWhichItCounts) {
  maps("/jvm/lib/server/libjvm.so");
  world.files["/proc/11/cmdline"] = "/opt/app/bin/launch\0-Xmx16m\0-Dpassword=x\0-cp\0app.jar\0Main\0"s;
  world.files["/proc/11/environ"] =
      "_JAVA_OPTIONS=-Xmx64m\0SECRET=1\0JAVA_TOOL_OPTIONS=-Xms8m  -Dkey=y -XX:MaxHeapSize=32m\0"s;
  EXPECT_THAT(look().runtime.options, ElementsAre("-Xms8m", "-XX:MaxHeapSize=32m", "-Xmx16m", "-Xmx64m"));
  world.files.erase("/proc/11/maps");
  world.links["/proc/11/exe"] = "/usr/bin/node";
  world.files["/proc/11/cmdline"] = "node\0--max-semi-space-size=1\0server.js\0"s;
  world.files["/proc/11/environ"] = "NODE_OPTIONS=--max-semi-space-size=4 --inspect\0GOGC=1\0"s;
  EXPECT_THAT(look().runtime.options, ElementsAre("--max-semi-space-size=4", "--max-semi-space-size=1"));
}

/// A start script, its virtual machine, and a monitor in Python beside it.
TEST_F(RuntimeTest, OfATreeIsTheOneThatLeavesMostLying) {
  world.add_process(10, 1);
  world.add_process(11, 10);
  world.add_process(12, 11);
  world.add_process(13, 11);
  world.links["/proc/11/exe"] = "/usr/bin/dash";
  world.links["/proc/13/exe"] = "/usr/bin/python3.11";
  world.files["/proc/12/maps"] = map_of("/jvm/libjvm.so") + map_of("/tmp/hsperfdata_me/12");
  world.files["/proc/12/root/tmp/hsperfdata_me/12"] = hotspot_file(books_of_g1());
  const auto probe = make_probe(ProbeTarget{11, 10, "", "", 0}, std::make_unique<FakeProcFiles>(world));
  EXPECT_FALSE(probe->read(Detail::full).collector) << "nobody has looked yet";
  EXPECT_EQ(probe->runtime().kind, RuntimeKind::hotspot);
  const auto sample = probe->read(Detail::full);
  ASSERT_TRUE(sample.collector);
  EXPECT_EQ(sample.collector->whole_runs, 3u);
  EXPECT_FALSE(probe->read(Detail::quick).collector);
  world.end_process(12);
  EXPECT_FALSE(probe->read(Detail::full).collector);
}

TEST_F(RuntimeTest, GarbageIsCollectedOnlyByWhoTakesTheRequest) {
  world.add_process(10, 1);
  world.add_process(11, 10);
  world.add_process(12, 11);
  const auto probe = make_probe(ProbeTarget{11, 10, "", "", 2000}, std::make_unique<FakeProcFiles>(world));
  EXPECT_FALSE(probe->collect_garbage()) << "nobody has looked at the runtime";
  probe->runtime();
  EXPECT_FALSE(probe->collect_garbage());
  EXPECT_THAT(world.asked_to_collect, IsEmpty());

  maps("/usr/lib/jvm/lib/server/libjvm.so");
  world.files["/proc/11/maps"] += map_of("/tmp/hsperfdata_me/11");
  world.files["/proc/11/root/tmp/hsperfdata_me/11"] = hotspot_file(books_of_g1());
  world.collecting = {11};
  probe->runtime();
  EXPECT_TRUE(probe->collect_garbage());
  EXPECT_TRUE(probe->collect_garbage());
  EXPECT_THAT(world.asked_to_collect, ElementsAre(11, 11)) << "its child is no Java";

  world.collecting.clear();
  EXPECT_FALSE(probe->collect_garbage());
  EXPECT_FALSE(probe->collect_garbage());
  EXPECT_THAT(world.asked_to_collect, ElementsAre(11, 11, 11)) << "who does not answer is not asked again";
}

}  // namespace
}  // namespace bftp::measure
