#include <gtest/gtest.h>

#include <cmath>

#include "record_builder.hpp"

/// Healthy servers of many shapes, and what two noisy cores do to them: none may fail, and a calm run passes.
namespace bftp::judge::testing {
namespace {

struct Shape {
  std::string name;
  RecordBuilder builder;
};

RecordBuilder with(std::function<void(RecordBuilder&)> change) {
  RecordBuilder builder;
  change(builder);
  return builder;
}

double warm_up(std::uint64_t transfers) {
  return 6 + 30 * (1 - std::exp(-static_cast<double>(transfers) / 150));
}

std::vector<Shape> shapes() {
  using Random = RecordBuilder::Random;
  return {
      {"plain", {}},
      {"one_client", with([](auto& b) { b.clients = 1; })},
      {"eight_clients", with([](auto& b) { b.clients = 8; })},
      {"sixteen_clients_heavy_tails", with([](auto& b) {
         b.clients = 16;
         b.scheduler_noise = 2;
       })},
      {"heavy_scheduler_tails", with([](auto& b) { b.scheduler_noise = 3; })},
      {"smoke", with([](auto& b) {
         b.rounds = 4;
         b.iterations = 5;
         b.large_iterations = 1;
       })},
      {"smoke_eight_clients", with([](auto& b) {
         b.rounds = 5;
         b.iterations = 4;
         b.large_iterations = 1;
         b.clients = 8;
       })},
      {"iterative", with([](auto& b) { b.serves_one_at_a_time = true; })},
      {"iterative_eight_clients", with([](auto& b) {
         b.serves_one_at_a_time = true;
         b.clients = 8;
       })},
      {"iterative_slow_link", with([](auto& b) {
         b.serves_one_at_a_time = true;
         b.clients = 8;
         b.extra_before_first_byte = false;
         b.extra_ms = [](const Ask& ask, Random&) {
           return static_cast<double>(ask.size) / 3e5;
         };
       })},
      {"warm_up_plateau", with([](auto& b) {
         b.pss_mib = [](std::uint64_t n, Random&) {
           return warm_up(n);
         };
       })},
      {"cache_that_fills", with([](auto& b) {
         b.pss_mib = [](std::uint64_t n, Random&) {
           return 6 + std::min(static_cast<double>(n) * 0.2, 65.0);
         };
       })},
      {"sawtooth_of_a_collector", with([](auto& b) {
         b.pss_mib = [](std::uint64_t n, Random&) {
           return 40 + static_cast<double>(n * 37 % 1000) / 40;
         };
       })},
      {"noisy_memory", with([](auto& b) {
         b.pss_mib = [](std::uint64_t, Random& random) {
           return 20 + 2 * uniform(random);
         };
       })},
      {"collector_pauses_of_5_ms", with([](auto& b) {
         b.extra_ms = [](const Ask&, Random& random) {
           return uniform(random) < 0.04 ? 5.0 : 0.0;
         };
       })},
      {"steady_rate_limit", with([](auto& b) {
         b.extra_before_first_byte = false;
         b.extra_ms = [](const Ask& ask, Random&) {
           return static_cast<double>(ask.size) / 5e4;
         };
       })},
      {"slow_but_steady", with([](auto& b) {
         b.extra_ms = [](const Ask&, Random&) {
           return 60.0;
         };
       })},
      {"honest_jitter", with([](auto& b) {
         b.extra_ms = [](const Ask&, Random& random) {
           return 10 * uniform(random);
         };
       })},
      {"slow_first_transfers", with([](auto& b) {
         b.extra_ms = [](const Ask& ask, Random&) {
           return ask.ordinal < 8 ? 150.0 : 0.0;
         };
       })},
      {"becomes_faster", with([](auto& b) {
         b.extra_ms = [](const Ask& ask, Random&) {
           return 20.0 / (1 + ask.round);
         };
       })},
      {"one_pause_of_the_machine", with([](auto& b) {
         b.extra_ms = [](const Ask& ask, Random&) {
           return ask.ordinal % 900 < 4 && ask.ordinal > 900 ? 250.0 : 0.0;
         };
       })},
      {"machine_slower_half_way", with([](auto& b) {
         b.extra_ms = [](const Ask& ask, Random&) {
           return ask.round >= 5 ? 3 + static_cast<double>(ask.size) / 2e6 : 0.0;
         };
       })},
      {"lazy_pool", with([](auto& b) {
         b.threads = [](std::uint64_t n) {
           return 1 + std::min(16.0, static_cast<double>(n) / 8);
         };
       })},
      {"cpu_unknown", with([](auto& b) { b.cpu_known = false; })},
      {"lasting_connections_iterative", with([](auto& b) {
         b.serves_one_at_a_time = true;
         b.lasting_connections = true;
       })},
  };
}

class Healthy : public ::testing::TestWithParam<Shape> {};

TEST_P(Healthy, IsNotFailedAndPasses) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    RecordBuilder builder = GetParam().builder;
    builder.seed = seed;
    const auto record = builder.build();
    const auto verdicts = judge_all(record);
    EXPECT_FALSE(any(verdicts, Status::fail)) << "seed " << seed << "\n" << listed(verdicts, Status::fail);
    EXPECT_FALSE(any(verdicts, Status::inconclusive)) << "seed " << seed << "\n"
                                                      << listed(verdicts, Status::inconclusive);
    EXPECT_EQ(exit_code(record, verdicts), 0);
    EXPECT_TRUE(wanting_confirmation(record, verdicts).empty());
  }
}

/// Another program loads a core from the fourth round on: nothing may fail, though not everything need be
/// sure.
TEST_P(Healthy, IsNotFailedBesideABusyNeighbour) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    RecordBuilder builder = GetParam().builder;
    builder.seed = seed + 100;
    builder.strangers_share = 0.35;
    builder.scheduler_noise *= 2;
    const auto usual = builder.extra_ms;
    builder.extra_ms = [usual](const Ask& ask, RecordBuilder::Random& random) {
      const double slower =
          ask.round >= 3 ? static_cast<double>(ask.size) / 1.5e6 * (0.5 + uniform(random)) : 0;
      return usual(ask, random) + slower +
             (ask.round >= 3 && uniform(random) < 0.1 ? 12 * uniform(random) : 0);
    };
    const auto record = builder.build();
    const auto verdicts = judge_all(record);
    EXPECT_FALSE(any(verdicts, Status::fail)) << "seed " << seed << "\n" << listed(verdicts, Status::fail);
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, Healthy, ::testing::ValuesIn(shapes()),
                         [](const auto& shape) { return shape.param.name; });

}  // namespace
}  // namespace bftp::judge::testing
