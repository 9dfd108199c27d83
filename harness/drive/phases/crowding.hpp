#pragma once

#include "harness/drive/phases/phase_tools.hpp"

namespace bftp::drive {

/// Transfers one fixture by GET with one client alone and with all clients, from the server and from the
/// control beside it, in stretches that take turns, so that whatever the machine does meanwhile hits all
/// alike. Takes about a second for each. What fails is noted like any failed transfer. Nothing with fewer
/// than two clients or an open loop.
void compare_crowds(PhaseTools& tools);

/// After the clients that behave badly: the same fixture by one client alone, from the same servers in turns,
/// twice, a second apart, for each comparison of compare_crowds() in this pass. Takes about two seconds.
/// Nothing in a confirmation: what stays slow was slow before it.
void compare_afterwards(PhaseTools& tools);

/// The fixture that is used: the largest below 16 MiB, else the smallest.
std::uint32_t crowding_fixture(const record::RunRecord& record);

}  // namespace bftp::drive
