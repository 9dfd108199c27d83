#include "harness/drive/client_trials.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/drive/fakes.hpp"

namespace bftp::drive {
namespace {

using fixtures::Fixture;
using ::testing::ElementsAre;

TEST(ClientTrialFixture, IsTheLargestOfUpTo2MiB) {
  const auto of = [](std::vector<std::uint64_t> sizes) {
    std::vector<Fixture> fixtures;
    for (const auto size : sizes) fixtures.push_back({.name = "x", .size = size});
    return fixture_for_trials(fixtures);
  };
  EXPECT_EQ(of({1, 900'000, 64u << 20, 2000}), 1u);
  EXPECT_EQ(of({64u << 20, 8u << 20}), 1u) << "the smallest where all are large";
  EXPECT_EQ(of({64u << 20, 0, 5}), 2u);
  EXPECT_FALSE(of({0, 1}));
  EXPECT_FALSE(of({}));
}

TEST(ClientTrialFault, IsTheSpecimensName) {
  EXPECT_EQ(fault_for("split-header", 1), "client_split_header");
  EXPECT_EQ(fault_for("short", 1), "client_short");
  EXPECT_EQ(fault_for("plain", 1), "");
  EXPECT_EQ(fault_for("slow", 300 * 1024), "trickle:kib_per_s=100.000");
  EXPECT_EQ(fault_for("slow", 2), "trickle:kib_per_s=1.000");
}

TEST(ClientCostFixture, IsTheLargestOfUpTo16MiB) {
  EXPECT_EQ(
      fixture_for_costs(
          {{.name = "a", .size = 1}, {.name = "b", .size = 16u << 20}, {.name = "c", .size = 17u << 20}}),
      1u);
  EXPECT_FALSE(fixture_for_costs({{.name = "c", .size = 17u << 20}}));
}

/// Runs the trials over fakes; every client gets every file.
record::RunRecord trials_that_go_well(std::vector<std::string> behaviours) {
  fakes::Stage stage(
      [](const protocol::WorkerBlock& block, std::uint32_t iteration, std::uint32_t fixture) {
        auto row = fakes::healthy(block, iteration, fixture);
        if (block.external_client)
          row.client_end.emplace().exit_code = static_cast<int>(*block.external_client);
        return row;
      },
      1);
  stage.record.plan.clients.command = "client";
  stage.record.plan.server_behaviours = std::move(behaviours);
  const std::atomic<bool> stop = false;
  run_client_trials(
      stage.record,
      {.workers = stage.session.workers,
       .own_client = 1,
       .start_server = [](const std::string&) -> protocol::Result<std::unique_ptr<launch::ServerHandle>> {
         return std::make_unique<fakes::FakeServer>();
       },
       .time = stage.time,
       .stop = stop,
       .progress = {},
       .epoch_ns = 0});
  return std::move(stage.record);
}

TEST(ClientCosts, AreComparedInPairsWhoseOrderAlternates) {
  const auto record = trials_that_go_well({});
  std::string order;
  for (const auto& trial : record.client_trials) {
    if (trial.behaviour != "cost") continue;
    const bool ours = trial.transfer.arm == record::Arm::control;
    order += ours ? 'o' : 'c';
    EXPECT_EQ(trial.transfer.client_end->exit_code, ours ? 1 : 0) << "by whom";
  }
  ASSERT_EQ(order.size(), 2 * cost_pairs);
  for (std::size_t pair = 0; pair < cost_pairs; ++pair)
    EXPECT_EQ(order.substr(2 * pair, 2), (pair % 2 == 0) == (order[0] == 'c') ? "co" : "oc");
}

TEST(ClientTrials, AreOneGetOfEachClientInEachBehaviour) {
  fakes::Stage stage([](const protocol::WorkerBlock& block, std::uint32_t iteration, std::uint32_t fixture) {
    protocol::WorkerRecord row;
    row.iteration = iteration;
    row.fixture = fixture;
    row.error = protocol::TransferError::client_failed;
    row.client_end.emplace().exit_code = block.external_client ? 7 : 0;
    return row;
  });
  stage.record.plan.clients.command = "client";
  stage.record.plan.server_behaviours = {"short", "slow"};
  std::vector<std::string> faults;
  const std::atomic<bool> stop = false;
  run_client_trials(stage.record, {.workers = stage.session.workers,
                                   .own_client = {},
                                   .start_server = [&](const std::string& fault)
                                       -> protocol::Result<std::unique_ptr<launch::ServerHandle>> {
                                     faults.push_back(fault);
                                     if (faults.size() == 3)
                                       return protocol::Error{.message = "no such program"};
                                     return std::make_unique<fakes::FakeServer>();
                                   },
                                   .time = stage.time,
                                   .stop = stop,
                                   .progress = {},
                                   .epoch_ns = 0});
  EXPECT_THAT(faults, ElementsAre("", "client_short", ::testing::StartsWith("trickle:")));
  ASSERT_EQ(stage.record.client_trials.size(), 5u) << "two clients, and the one that could not be tried";
  EXPECT_EQ(stage.record.client_trials[0].transfer.client_end->exit_code, 7);
  EXPECT_EQ(stage.record.client_trials[4].not_tried, "no such program");
  EXPECT_EQ(stage.record.client_use.transfers, 4u);
}

}  // namespace
}  // namespace bftp::drive
