#include "harness/torture/own_file.hpp"

#include "harness/torture/found.hpp"

namespace bftp::torture {

Finding nothing_may_be_stored() {
  return skipped("the server's folder is not ours, and the run has no PUT (--ops)");
}

Finding not_stored(const FileAnswer& answer) {
  if (answer.refuses()) return skipped("the server takes no file of a new name: " + answer.words);
  return tolerated("the server neither took nor refused a file: " + answer.words);
}

}  // namespace bftp::torture
