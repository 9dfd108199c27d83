#pragma once

#include "server_under_test/dialects/dialect.hpp"
#include "server_under_test/service.hpp"

namespace bftp::server {

/// What a model puts before its clients: how they are spoken to, and what their requests mean. Two
/// references; copy it.
struct Front {
  const Dialect& dialect;
  Service& service;
};

/// Fits an answer to what the dialect can say, and to how it was asked: a file that is too large to announce
/// is refused, HEAD sends none, the last answer of a connection ends it. Call it before frame().
void fit(Answer& answer, const Manner& manner, const Dialect& dialect);

/// Appends "too many clients", as the dialect says it, to `wire`; nothing where it has no words.
void frame_too_many_clients(const Front& front, std::string& wire);

}  // namespace bftp::server
