#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "harness/judge/pairs.hpp"
#include "harness/judge/steady_change.hpp"

namespace bftp::judge {

/// What a server may do worse while it does the rest as ever: one operation, with files whose time goes into
/// the request, or more and more into their bytes.
struct WorkClass {
  enum class Size : std::uint8_t { small, medium, large };  ///< up to 256 KiB, to 16 MiB, beyond; on average
  record::Op op = record::Op::get;
  Size size = Size::small;
  auto operator<=>(const WorkClass&) const = default;
};
WorkClass class_of(const record::RunRecord& record, record::Op op, std::span<const std::uint16_t> fixtures);
/// "GET of files below 256 KiB", "PUT of files of 16 MiB and more"
std::string name_of(const WorkClass& work);

/// A figure of one block, relative to the usual of the same work.
struct WorkFigure {
  WorkClass work;
  RoundFigure figure;
};

/// All work together, and each class by itself where there are several. `beside` and `equal` are pairs of the
/// server and of the second control with the control; `before`, in the confirmation, those of the server in
/// the first pass.
std::vector<ChangePart> change_parts(const record::RunRecord& record, const std::vector<WorkFigure>& server,
                                     std::span<const PairPoint> beside, std::span<const PairPoint> equal,
                                     std::span<const PairPoint> before = {});

}  // namespace bftp::judge
