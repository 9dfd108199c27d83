#include "server_under_test/admission.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace bftp::server::testing {
namespace {

TEST(Admission, CountsThoseThatAreTurnedAwayApart) {
  Admission admission(2);
  EXPECT_EQ(admission.enter(), Reception::serve);
  EXPECT_EQ(admission.enter(), Reception::serve);
  for (int i = 0; i < turned_away_max; ++i) EXPECT_EQ(admission.enter(), Reception::turn_away);
  EXPECT_EQ(admission.enter(), Reception::turn_away_at_once);
  admission.leave(Reception::turn_away_at_once);
  EXPECT_EQ(admission.enter(), Reception::turn_away_at_once);
  admission.leave(Reception::serve);
  EXPECT_EQ(admission.enter(), Reception::serve);
  EXPECT_EQ(admission.enter(), Reception::turn_away_at_once);
  admission.leave(Reception::turn_away);
  EXPECT_EQ(admission.enter(), Reception::turn_away);
}

TEST(Admission, RefusesNoPlaceThatIsFree) {
  constexpr int threads = 4;
  Admission admission(threads);
  std::atomic<int> refused = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < threads; ++i) {
    clients.emplace_back([&] {
      for (int visits = 0; visits < 10'000; ++visits) {
        const auto reception = admission.enter();
        if (reception != Reception::serve) ++refused;
        admission.leave(reception);
      }
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(refused, 0);
}

}  // namespace
}  // namespace bftp::server::testing
