#pragma once

#include <string>
#include <string_view>

namespace bftp::protocol {

/// A path as it stands in a URI: every byte but the unreserved ones of RFC 3986, 2.3, and '/' becomes % and
/// two upper-case hexadecimal digits (2.1). So does every byte of `also`.
std::string percent_encoded(std::string_view path, std::string_view also = {});

}  // namespace bftp::protocol
