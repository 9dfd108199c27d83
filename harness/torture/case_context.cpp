#include "harness/torture/case_context.hpp"

#include <fmt/format.h>

#include <utility>

namespace bftp::torture {

namespace {

/// Twice what any known file has: a server that sends without end is not listened to for ever.
constexpr std::size_t received_bytes_max = 16u << 20;

}  // namespace

std::unique_ptr<Wire> CaseContext::hold(std::string_view sent) {
  auto wire = network_.connect(patience_);
  if (!wire) {
    log_.said(network_.now(), "another client could not connect: " + escaped(wire.error().message, 200));
    return nullptr;
  }
  log_.held(network_.now(), sent);
  if (!sent.empty() && !(*wire)->send(sent, patience_))
    log_.said(network_.now(), "the other client's connection was reset (RST)");
  return std::move(*wire);
}

void CaseContext::let_go(std::unique_ptr<Wire> held) {
  if (held == nullptr) return;
  held.reset();
  log_.let_go(network_.now());
}

Talk CaseContext::talk(const Plan& plan) {
  const auto give_up = network_.now() + patience_;
  for (;;) {
    auto talk = talk_once(plan);
    if (talk.heard.empty() || !talk.heard.front().is_busy || network_.now() >= give_up) return talk;
    network_.pause(busy_pause);
  }
}

Talk CaseContext::talk_once(const Plan& plan) {
  Talk talk;
  log_.begin();
  auto wire = speech_.open(visit());
  if (!wire) {
    log_.said(network_.now(), "could not connect: " + escaped(wire.error().message, 200));
    return talk;
  }
  talk.connected = true;
  log_.said(network_.now(), "connected");
  // A server may close before everything is sent, with an answer on its way: that is listened to.
  if (plan.in_turn) {
    ask_in_turn(**wire, plan, talk);
  } else {
    std::size_t at = 0;
    send(**wire, plan, talk);
    if (plan.ends_sending) (*wire)->end_sending();
    if (plan.answers > 0) listen(**wire, plan.answers, at, talk);
  }
  log_.said(network_.now(), "closed");
  return talk;
}

bool CaseContext::send(Wire& wire, const Plan& plan, Talk& talk) {
  bool first = true;
  for (const auto& piece : plan.pieces) {
    if (piece.empty()) continue;
    if (!std::exchange(first, false) && plan.gap.count() > 0) {
      network_.pause(plan.gap);
      log_.paused(plan.gap);
    }
    const auto sent = wire.send(piece, patience_);
    if (!sent) {
      note_end(sent.error(), talk);
      return false;
    }
  }
  return true;
}

void CaseContext::ask_in_turn(Wire& wire, const Plan& plan, Talk& talk) {
  std::size_t at = 0;
  const auto start = network_.now();
  for (const auto& piece : plan.pieces) {
    talk.was_enough = plan.enough.count() > 0 && network_.now() - start >= plan.enough;
    if (talk.was_enough) return;
    const std::size_t heard = talk.heard.size();
    send(wire, {.pieces = {piece}}, talk);
    listen(wire, heard + 1, at, talk);
    if (talk.heard.size() == heard || !talk.last.goes_on) return;
  }
}

void CaseContext::listen(Wire& wire, std::size_t answers, std::size_t& at, Talk& talk) {
  for (bool open = true;;) {
    const auto rest = std::string_view(talk.received).substr(at);
    talk.last = speech_.hear(rest, !open);
    const bool whole = talk.last.kind == Heard::Kind::file || talk.last.kind == Heard::Kind::refused;
    if (whole) {
      at += talk.last.bytes;
      // What is kept must not point into a string that still grows.
      auto kept = talk.last;
      kept.decoded = std::string(kept.file());
      kept.content = {};
      talk.heard.push_back(std::move(kept));
      if (talk.heard.size() == answers || !talk.last.goes_on) return;
      continue;
    }
    if (talk.last.kind != Heard::Kind::incomplete || !open) return;
    open = receive(wire, talk);
    if (talk.timed_out || talk.reset || talk.stopped_reading) return;
  }
}

bool CaseContext::receive(Wire& wire, Talk& talk) {
  const auto got = wire.receive(patience_);
  if (!got) {
    note_end(got.error(), talk);
    return false;
  }
  if (got->empty()) return false;
  talk.received += *got;
  talk.stopped_reading = talk.received.size() >= received_bytes_max;
  if (talk.stopped_reading)
    log_.said(network_.now(), fmt::format("reading stopped after {} bytes", talk.received.size()));
  return !talk.stopped_reading;
}

void CaseContext::note_end(const protocol::Error& error, Talk& talk) {
  (error.kind == protocol::ErrorKind::deadline ? talk.timed_out : talk.reset) = true;
}

}  // namespace bftp::torture
