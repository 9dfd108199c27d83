#include "harness/torture/hostile/outside_case.hpp"

namespace bftp::torture {

Talk OutsideCase::ask(CaseContext& context, std::string request) {
  return context.talk({.pieces = {std::move(request)}, .ends_sending = context.speech().dialect() == "raw"});
}

bool OutsideCase::gave_away(const Talk& talk, const OutsideFile& file) {
  return talk.received.find(file.content) != std::string::npos;
}

}  // namespace bftp::torture
