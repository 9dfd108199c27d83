#pragma once

#include <cstddef>
#include <string_view>

namespace bftp::torture {

/// The last of the three numbers in tcp_rmem or tcp_wmem, the most that a socket's buffer grows to;
/// `otherwise` if `text` is not like that.
std::size_t buffer_max(std::string_view text, std::size_t otherwise);

/// How much this machine's sockets may grow to, in bytes.
struct KernelBuffers {
  std::size_t receive_max;
  std::size_t send_max;
};
KernelBuffers kernel_buffers();

}  // namespace bftp::torture
