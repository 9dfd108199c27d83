#include <utility>

#include "tests/report/sample_report.hpp"

namespace bftp::report::samples {
namespace {

using judge::Category;
using judge::Severity;
using judge::Status;
using judge::Verdict;

/// The four figures of a check's row in the table.
struct Row {
  std::string title, measured, limit, summary;
};

Verdict verdict(std::string id, Category category, Status status, Row row) {
  Verdict made;
  made.id = std::move(id);
  made.category = category;
  made.status = status;
  made.severity = status == Status::pass ? Severity::info : Severity::major;
  made.title = std::move(row.title);
  made.measured = std::move(row.measured);
  made.limit = std::move(row.limit);
  made.summary = std::move(row.summary);
  return made;
}

Verdict pass(std::string id, Category category, Row row) {
  Verdict made = verdict(std::move(id), category, Status::pass, std::move(row));
  made.done = "Every transfer of the run was looked at.";
  made.expected = "As the limit says.";
  return made;
}

judge::Series leak_series() {
  judge::Series series{"PSS at quiet points", "transfers done", "MiB", {}, {}};
  for (int step = 0; step <= 12; ++step) {
    series.x.push_back(step * 250);
    series.y.push_back(18 + step * 16);
  }
  return series;
}

judge::Series stall_series() {
  judge::Series series{"service time of client 2, oliver_twist.txt", "iteration", "ms", {}, {}};
  for (int step = 0; step < 100; ++step) {
    series.x.push_back(step);
    series.y.push_back(step % 10 == 4 ? 41.2 : 1.2 + (step * 37 % 11) / 20.0);
  }
  return series;
}

Verdict wrong_copies() {
  Verdict made = verdict("identity.copies", Category::identity, Status::fail,
                         {"Every copy is identical", "8 of 6,400 differ", "none may differ",
                          "8 of 6,400 copies differ from the file that was asked for."});
  made.severity = Severity::critical;
  made.confidence = "corruption between 0.05 % and 0.25 % at 95 % confidence";
  made.done = "oliver_twist.txt was fetched 800 times by 4 clients; every copy was hashed with SHA-256.";
  made.expected = "The copy's hash is the file's: GET sends the file as it was at one instant (clause 4.1).";
  made.happened =
      "8 copies differ. The first: client 1, iteration 13, byte 65,536 is 0x0a, should be 0x0d; the "
      "reply said '" +
      hostile_text + "'.";
  made.cause =
      "The file is opened in text mode, or one buffer is shared by several clients: only transfers that ran "
      "at "
      "the same time as another differ, and always at a multiple of the buffer size.";
  made.reproduce = "bftp-torture replay reports/20260131T120000Z-run/evidence/client-1-difference-0.json";
  made.clauses = {"4.1", "4.10"};
  made.evidence_files = {"client-1-difference-0.bin", "client-1-difference-0.json"};
  return made;
}

Verdict stalls() {
  Verdict made = verdict("uniformity.stalls", Category::uniformity, Status::fail,
                         {"No transfer stalls", "10.0 % stall by 40 ms", "below 2 %",
                          "Each tenth GET takes 40 ms longer than the others."});
  made.confidence = "share of stalls between 9.1 % and 11.0 % at 95 % confidence";
  made.done =
      "6,400 transfers were timed in 20 blocks, interleaved with the reference server on the same machine.";
  made.expected = "At most 2 % of the transfers take 30 ms longer than five times the median.";
  made.happened =
      "641 of 6,400 do, all of them between 40.9 and 43.1 ms. The reference server has none such.";
  made.cause =
      "40 ms is the kernel's delayed acknowledgement: the server sends the header and the file in two small "
      "writes, and Nagle's algorithm holds the second one back. TCP_NODELAY or one write cures it.";
  made.reproduce =
      "bftp-torture run --server 'python3 server.py --port {port} --root {root}' --fixtures oliver_twist.txt";
  made.series = {stall_series()};
  return made;
}

Verdict leak() {
  Verdict made =
      verdict("memory.leak", Category::memory, Status::fail,
              {"Memory returns to where it was", "65,210 bytes per transfer", "256 bytes per transfer",
               "Memory grows by 64 KiB with every transfer and does not come back."});
  made.confidence = "63,900 to 66,400 bytes per transfer at 95 % confidence";
  made.done = "PSS was read with no client connected, after every round.";
  made.expected = "After the first round, memory at rest stays within 256 bytes per transfer.";
  made.happened = "It grew from 18.0 to 210 MiB over 3,000 transfers, and twice as much over twice as many.";
  made.cause = "A buffer of 64 KiB is allocated for each transfer and never freed.";
  made.reproduce =
      "bftp-torture run --server 'python3 server.py --port {port} --root {root}' --iterations 200";
  made.series = {leak_series()};
  return made;
}

Verdict noisy_tail() {
  Verdict made = verdict("uniformity.tail", Category::uniformity, Status::inconclusive,
                         {"The slowest are not far from the rest", "p99 is 3.1 to 38 medians", "20 medians",
                          "The machine was too busy to judge the slowest transfers."});
  made.done = "The ratio p99 / p50 was estimated from 6,400 service times.";
  made.expected = "At most 20.";
  made.happened = "The interval reaches from 3.1 to 38, for the server and for the reference server alike.";
  made.settle = "Run again while nothing else works on this machine, or with 4,000 iterations more.";
  made.reproduce = "bftp-torture run --iterations 1000 --seed 20260131";
  return made;
}

Verdict slow_first() {
  Verdict made = verdict("uniformity.first_transfer", Category::uniformity, Status::warn,
                         {"The first transfer is as quick as the rest", "14 medians, 182 ms",
                          "10 medians and 100 ms", "The first transfer after 10 s of rest takes 182 ms."});
  made.severity = Severity::minor;
  made.happened = "The first GET after the start took 182 ms, the median is 13 ms.";
  made.cause = "Something is loaded or compiled at the first request.";
  return made;
}

}  // namespace

std::vector<Verdict> passing_verdicts() {
  std::vector<Verdict> all;
  all.push_back(pass("identity.copies", Category::identity,
                     {"Every copy is identical", "0 of 6,400 differ", "none may differ",
                      "All 6,400 copies are identical."}));
  all.back().confidence = "corruption below 0.05 % at 95 % confidence";
  all.back().clauses = {"4.1"};
  all.push_back(
      pass("identity.errors", Category::identity,
           {"Every transfer comes to its end", "0 of 6,400", "none", "No transfer ended in an error."}));
  all.push_back(
      pass("uniformity.speed", Category::uniformity,
           {"Speed is reasonable", "812 MiB/s", "at least 1 MiB/s", "The median throughput is 812 MiB/s."}));
  all.push_back(
      pass("uniformity.spread", Category::uniformity,
           {"Service times are alike", "7.1 %", "50 %", "The robust spread of service times is 7.1 %."}));
  all.push_back(pass("uniformity.stalls", Category::uniformity,
                     {"No transfer stalls", "0 of 6,400", "below 2 %", "No transfer stalls."}));
  all.push_back(pass(
      "uniformity.fairness", Category::uniformity,
      {"Clients are served alike", "Jain's index 0.998", "at least 0.8", "All clients get the same speed."}));
  all.push_back(pass("cpu.idle", Category::cpu,
                     {"Idle costs nothing", "0.1 % of a core", "5 %", "The idle server sleeps."}));
  all.push_back(pass(
      "cpu.stalled", Category::cpu,
      {"A client that stops reading costs nothing", "0.1 % of a core", "20 %", "The server waits quietly."}));
  all.push_back(pass("memory.leak", Category::memory,
                     {"Memory returns to where it was", "12 bytes per transfer", "256 bytes per transfer",
                      "Memory at rest stays where it was."}));
  all.push_back(
      pass("memory.peak", Category::memory,
           {"Memory does not grow with the file", "22.1 MiB", "256 MiB", "The peak was 22.1 MiB."}));
  all.push_back(
      pass("handles.descriptors", Category::handles,
           {"Descriptors are closed", "0 left", "1 per 20 transfers", "Every descriptor was closed."}));
  all.push_back(
      pass("harness.load", Category::harness,
           {"The harness was not the limit", "31 % of its share", "80 %", "The workers had CPU to spare."}));
  return all;
}

std::vector<Verdict> failing_verdicts() {
  std::vector<Verdict> all = passing_verdicts();
  std::erase_if(all, [](const Verdict& one) {
    return one.id == "identity.copies" || one.id == "uniformity.stalls" || one.id == "memory.leak";
  });
  all.push_back(wrong_copies());
  all.push_back(stalls());
  all.push_back(leak());
  all.push_back(noisy_tail());
  all.push_back(slow_first());
  all.push_back(verdict("handles.close_wait", Category::handles, Status::skip,
                        {"No socket stays in CLOSE_WAIT", "", "1 per 20 transfers",
                         "Skipped: sockets of another user's process cannot be read."}));
  return all;
}

}  // namespace bftp::report::samples
