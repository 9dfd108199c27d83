#include "harness/record/read_json.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include <boost/json/serialize.hpp>

namespace bftp::record {
namespace {

TEST(ReadJson, EveryDoubleIsTheOneThatWasWritten) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const auto written = std::bit_cast<double>(random());
    if (!std::isfinite(written)) continue;
    const auto read = read_json(fmt::format("[{}]", written));
    ASSERT_TRUE(read) << written;
    ASSERT_EQ(read->at(0).to_number<double>(), written) << fmt::format("{}", written);
  }
}

TEST(ReadJson, ReadsEveryKindOfValue) {
  const std::string text =
      R"({"a":[1,-2,18446744073709551615,0.5,1e-3,true,false,null],"b":{"c":"d\n\u00e9"},"e":[],"f":{}})";
  const auto read = read_json(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->at("a").at(0).as_int64(), 1);
  EXPECT_EQ(read->at("a").at(2).as_uint64(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(read->at("a").at(4).as_double(), 0.001);
  EXPECT_EQ(read->at("b").at("c").as_string(), "d\né");
  EXPECT_EQ(boost::json::serialize(*read),
            R"({"a":[1,-2,18446744073709551615,5E-1,1E-3,true,false,null],"b":{"c":"d\né"},"e":[],"f":{}})");
}

TEST(ReadJson, SaysWhatIsNoJson) {
  for (const char* text : {"", "{", "[1,]", "{\"a\":1}x", "nul", "\"open", "01", "[1e]"}) {
    const auto read = read_json(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().kind, protocol::ErrorKind::malformed);
    EXPECT_FALSE(read.error().message.empty());
  }
}

TEST(ReadJson, ANumberBeyondADoubleIsNoDisaster) {
  const auto read = read_json("[1e400,1e-400]");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->at(1).to_number<double>(), 0);
}

}  // namespace
}  // namespace bftp::record
