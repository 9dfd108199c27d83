#include "harness/record/server_end.hpp"

#include <gtest/gtest.h>

namespace bftp::record {
namespace {

TEST(ServerEndTest, SaysHowAServerEnded) {
  ServerEnd end;
  end.exit_code = 3;
  EXPECT_EQ(how_it_ended(end), "exited with status 3");
  end.exit_code.reset();
  end.signal = 11;
  EXPECT_EQ(how_it_ended(end), "was ended by signal 11");
  end.excess = Excess{Bounded::memory, (8ull << 30) + (1ull << 29), 8ull << 30};
  EXPECT_EQ(
      how_it_ended(end),
      "had 8.5 GiB of memory, more than the 8.0 GiB that it may have (server.memory_max), and was ended")
      << "the signal was ours";
  end.excess = Excess{Bounded::memory, 70u << 20, 64u << 20};
  EXPECT_EQ(
      how_it_ended(end),
      "had 70.0 MiB of memory, more than the 64.0 MiB that it may have (server.memory_max), and was ended");
  end.excess = Excess{Bounded::processes, 5000, 4096};
  EXPECT_EQ(how_it_ended(end), "had 5000 processes, more than the 4096 that it may have, and was ended");
}

}  // namespace
}  // namespace bftp::record
