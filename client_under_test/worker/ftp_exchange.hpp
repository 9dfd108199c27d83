#pragma once

#include <memory>

#include "client_under_test/worker/exchange.hpp"

namespace bftp::client::worker {

/// FTP (RFC 959) in passive mode and binary type: a control connection, and a data connection for each file,
/// whose close ends it and which the server's last reply has to confirm. The data connection goes to the
/// address that the control connection goes to, whatever PASV answers: a server that names another one is not
/// followed. Over IPv6, or when PASV is refused, EPSV (RFC 2428) is used.
///
/// A GET's time runs to the data connection's FIN, a PUT's to the last reply. Without a lasting connection
/// the login counts, since a client has to wait for it; QUIT does not.
std::unique_ptr<Exchange> make_ftp_exchange(const TransferTerms& terms, Link& link);

}  // namespace bftp::client::worker
