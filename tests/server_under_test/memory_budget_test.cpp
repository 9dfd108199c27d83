#include "server_under_test/memory_budget.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace bftp::server::testing {
namespace {

TEST(MemoryBudget, IsSharedAndGivenBack) {
  MemoryBudget budget(100);
  MemoryBudget::Share first(budget);
  EXPECT_TRUE(first.grow_to(60));
  {
    MemoryBudget::Share second(budget);
    EXPECT_FALSE(second.grow_to(41));
    EXPECT_TRUE(second.grow_to(40));
    EXPECT_FALSE(first.grow_to(61));
  }
  EXPECT_TRUE(first.grow_to(100));
  EXPECT_FALSE(first.grow_to(101));
}

TEST(MemoryBudget, AShareThatIsMovedCountsOnce) {
  MemoryBudget budget(100);
  {
    std::optional<MemoryBudget::Share> first(budget);
    EXPECT_TRUE(first->grow_to(100));
    const MemoryBudget::Share moved(std::move(*first));
    first.reset();
    EXPECT_FALSE(MemoryBudget::Share(budget).grow_to(1));
  }
  EXPECT_TRUE(MemoryBudget::Share(budget).grow_to(100));
  EXPECT_FALSE(MemoryBudget::Share(budget).grow_to(101));
}

}  // namespace
}  // namespace bftp::server::testing
