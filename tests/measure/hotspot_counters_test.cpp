#include "harness/measure/hotspot_counters.hpp"

#include <gtest/gtest.h>

#include "tests/measure/helpers/hotspot_file.hpp"

namespace bftp::measure {
namespace {

TEST(HotspotCounters, CountRunsAndWhatSurvivedThem) {
  const auto collector = parse_hotspot_counters(hotspot_file(books_of_g1()));
  ASSERT_TRUE(collector);
  EXPECT_EQ(collector->runs, 10u);
  EXPECT_EQ(collector->whole_runs, 3u);
  EXPECT_DOUBLE_EQ(collector->survived_mib, 10) << "without eden";
}

TEST(HotspotCounters, OfACollectorWithOtherBooksAreUnknown) {
  auto books = books_of_g1();
  books.pop_back();
  EXPECT_FALSE(parse_hotspot_counters(hotspot_file(books)));
  EXPECT_FALSE(parse_hotspot_counters(hotspot_file({})));
}

TEST(HotspotCounters, OfAnotherLayoutAreUnknown) {
  const std::string good = hotspot_file(books_of_g1());
  for (const std::size_t at : {0u, 4u, 5u, 7u}) {
    std::string bad = good;
    bad[at] = 9;
    EXPECT_FALSE(parse_hotspot_counters(bad)) << at;
  }
  EXPECT_FALSE(parse_hotspot_counters(""));
}

/// The file is the server's to write: whatever it holds, nothing is read beyond it, and no loop is endless.
TEST(HotspotCounters, SurviveAnyBytes) {
  const std::string good = hotspot_file(books_of_g1());
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_FALSE(parse_hotspot_counters(good.substr(0, size))) << size;
  for (std::size_t at = 24; at < good.size(); ++at) {
    for (const char byte : {'\0', '\xff', '\x7f'}) {
      std::string bad = good;
      bad[at] = byte;
      parse_hotspot_counters(bad);
    }
  }
}

}  // namespace
}  // namespace bftp::measure
