#include "client_under_test/people/outcome.hpp"

#include <stdexcept>

#include <boost/throw_exception.hpp>

#include "client_under_test/people/visible.hpp"

namespace bftp::client::people {

Failure::Failure(Cause why, std::string_view text, std::uint16_t reply_code)
    : cause(why), message(visible(text)), code(reply_code) {}

void throw_exception_from_error(const Failure& failure, const boost::source_location& where) {
  boost::throw_exception(std::runtime_error(failure.message), where);
}

}  // namespace bftp::client::people
