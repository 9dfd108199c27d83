#include "client_under_test/people/outcome.hpp"

#include <stdexcept>

#include <boost/throw_exception.hpp>

namespace bftp::client::people {

void throw_exception_from_error(const Failure& failure, const boost::source_location& where) {
  boost::throw_exception(std::runtime_error(failure.message), where);
}

}  // namespace bftp::client::people
