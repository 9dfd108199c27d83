#include "server_under_test/admission.hpp"

namespace bftp::server {

/// Never below 0, not even for a moment: another client would be refused a place that is free.
bool Admission::Places::take() {
  int free = free_;
  while (free > 0)
    if (free_.compare_exchange_weak(free, free - 1)) return true;
  return false;
}

Reception Admission::enter() {
  if (served_.take()) return Reception::serve;
  return turned_away_.take() ? Reception::turn_away : Reception::turn_away_at_once;
}

void Admission::leave(Reception reception) {
  if (reception == Reception::serve) served_.give_back();
  if (reception == Reception::turn_away) turned_away_.give_back();
}

}  // namespace bftp::server
