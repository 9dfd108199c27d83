#include "harness/drive/course.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/drive/fakes.hpp"

namespace bftp::drive {
namespace {

using fakes::FakeSink;
using fakes::FakeTime;
using record::Arm;
using record::RunState;

/// A course of 100 s at most, of which 3 of 8 transfers are done.
class CourseOfARun : public ::testing::Test {
 protected:
  Course course() {
    return Course(record_, {.sink = sink_,
                            .time = time_,
                            .stop = stop_,
                            .epoch_ns = time_.now_ns,
                            .must_end =
                                [this] {
                                  ++looks_;
                                  return why_;
                                },
                            .so_far = [] { return std::string("3 of 8 transfers"); },
                            .time_limit_s = 100});
  }

  record::RunRecord record_;
  FakeSink sink_;
  FakeTime time_;
  std::atomic<bool> stop_ = false;
  std::optional<std::string> why_;
  int looks_ = 0;
};

TEST_F(CourseOfARun, GoesOnWhileNothingEndsIt) {
  Course course = this->course();
  time_.now_ns += 99'000'000'000;
  EXPECT_FALSE(course.over());
  EXPECT_TRUE(course.running());
  EXPECT_DOUBLE_EQ(course.now_s(), 99);
  EXPECT_TRUE(record_.warnings.empty());
}

TEST_F(CourseOfARun, SaysWhatWasDoneWhenItIsInterrupted) {
  Course course = this->course();
  stop_ = true;
  EXPECT_TRUE(course.over());
  EXPECT_EQ(record_.state, RunState::interrupted);
  EXPECT_EQ(record_.state_text, "interrupted after 3 of 8 transfers");
}

TEST_F(CourseOfARun, EndsWhenItsTimeIsUp) {
  Course course = this->course();
  time_.now_ns += 101'000'000'000;
  EXPECT_TRUE(course.over());
  EXPECT_EQ(record_.state, RunState::time_up);
  EXPECT_EQ(record_.state_text, "the time limit of 100 s was reached after 3 of 8 transfers");
}

TEST_F(CourseOfARun, AsksOnceASecondWhetherItMustEnd) {
  Course course = this->course();
  EXPECT_FALSE(course.over());
  EXPECT_FALSE(course.over());
  EXPECT_EQ(looks_, 1);
  why_ = "the disk is full";
  time_.now_ns += 1'000'000'000;
  EXPECT_TRUE(course.over());
  EXPECT_EQ(looks_, 2);
  EXPECT_EQ(record_.state_text, "the disk is full after 3 of 8 transfers");
}

TEST_F(CourseOfARun, TheFirstEndStays) {
  Course course = this->course();
  course.end_as(RunState::server_died, "the server was killed");
  stop_ = true;
  EXPECT_TRUE(course.over());
  course.end_as(RunState::time_up, "late");
  EXPECT_EQ(record_.state, RunState::server_died);
  EXPECT_EQ(record_.state_text, "the server was killed");
}

TEST_F(CourseOfARun, ThatNothingCanBeWrittenIsToldWhateverCameBefore) {
  Course course = this->course();
  course.end_as(RunState::interrupted, "Ctrl-C");
  sink_.answer = protocol::Error{protocol::ErrorKind::no_space, "the disk is full"};
  course.checkpoint();
  EXPECT_EQ(record_.state, RunState::failed);
  EXPECT_EQ(record_.state_text, "the disk is full");
}

TEST_F(CourseOfARun, ACheckpointIsDueSomeSecondsAfterTheLast) {
  Course course = this->course();
  course.checkpoint_if_due();
  EXPECT_EQ(sink_.checkpoints, 1);
  time_.now_ns += 1'000'000'000;
  course.checkpoint_if_due();
  EXPECT_EQ(sink_.checkpoints, 1);
  EXPECT_DOUBLE_EQ(record_.duration_s, 1) << "that is known all the same";
  time_.now_ns += 9'000'000'000;
  course.checkpoint_if_due();
  EXPECT_EQ(sink_.checkpoints, 2);
}

TEST_F(CourseOfARun, WarnsOfAClockThatWasSet) {
  Course course = this->course();
  time_.wall_offset_ns = -3'600'000'000'000;
  EXPECT_FALSE(course.over());
  EXPECT_FALSE(course.over());
  ASSERT_EQ(record_.warnings.size(), 1u);
  EXPECT_EQ(record_.warnings.front().id, "clock.jump");
  EXPECT_NE(record_.warnings.front().text.find("-3600.0 s"), std::string::npos);
}

TEST_F(CourseOfARun, BothArmsAreLeftWhereTheirSamplesAlternate) {
  Course course = this->course();
  for (int i = 0; i < 20'001; ++i)
    course.keep({.time_s = static_cast<double>(i), .arm = i % 2 == 0 ? Arm::base : Arm::head});
  const auto of = [this](Arm arm) {
    return std::count_if(record_.samples.begin(), record_.samples.end(),
                         [arm](const auto& sample) { return sample.arm == arm; });
  };
  EXPECT_EQ(of(Arm::base), 5001);
  EXPECT_EQ(of(Arm::head), 5000);
  EXPECT_EQ(record_.samples_taken, 20'001u) << "the file has them all";
}

}  // namespace
}  // namespace bftp::drive
