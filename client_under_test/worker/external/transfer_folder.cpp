#include "client_under_test/worker/external/transfer_folder.hpp"

#include <cstdlib>

#include "processes/remove_folder.hpp"

namespace bftp::client::worker {

protocol::Result<TransferFolder> TransferFolder::create(const std::string& scratch_folder) {
  std::string path = scratch_folder + "/client-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr)
    return protocol::system_error("making a folder for the client in " + scratch_folder);
  return TransferFolder(std::move(path));
}

TransferFolder::~TransferFolder() {
  // What cannot be removed lies in the run's scratch folder, which goes as a whole at its end.
  if (!path_.empty()) static_cast<void>(processes::remove_folder(path_));
}

}  // namespace bftp::client::worker
