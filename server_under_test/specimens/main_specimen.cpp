// bftpd with one known fault: bftpd-specimen --fault NAME[:key=value,…] <bftpd options>. README.md lists
// nothing; --list does.

#include <algorithm>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "server_under_test/specimens/specimen.hpp"

namespace {

using namespace bftp::server;
using namespace bftp::server::specimens;

constexpr int wrong_usage = 64;  // EX_USAGE of sysexits.h

int complain(const std::string& message) {
  std::cerr << "bftpd-specimen: " << message << '\n';
  return wrong_usage;
}

/// The command line without our own option; what is left is bftpd's.
struct Split {
  std::optional<std::string> fault;
  bool list = false;
  std::vector<const char*> rest;
};

Split split(std::span<char*> words) {
  Split split;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == "--list")
      split.list = true;
    else if (word == "--fault" && i + 1 < words.size())
      split.fault = words[++i];
    else if (word.starts_with("--fault="))
      split.fault = word.substr(8);
    else
      split.rest.push_back(words[i]);
  }
  return split;
}

bool names_model(const std::vector<const char*>& words) {
  return std::ranges::any_of(words, [](std::string_view word) { return word.starts_with("--model"); });
}

int serve(const Choice& choice, const Options& options) {
  const Setup setup{choice.settings, options};
  const auto lifecycle = choice.specimen->make_lifecycle != nullptr ? choice.specimen->make_lifecycle(setup)
                                                                    : std::make_unique<Lifecycle>();
  Decorate decorate;
  if (const auto make = choice.specimen->make_service; make != nullptr)
    decorate = [&setup, make](std::unique_ptr<Service> inner) {
      return make(std::move(inner), setup);
    };
  return run_server(options, *lifecycle, decorate);
}

}  // namespace

int main(int argc, char** argv) {
  auto words = split(std::span(argv, static_cast<std::size_t>(argc)));
  if (words.list) {
    std::cout << list_specimens();
    return 0;
  }
  if (!words.fault) return complain("--fault NAME[:key=value,...] is missing; --list shows the names");
  const auto choice = parse_fault(*words.fault);
  if (!choice) return complain(choice.error().message);
  const std::string model(choice->specimen->model);
  if (!names_model(words.rest)) words.rest.insert(words.rest.end(), {"--model", model.c_str()});
  const auto options = parse_options(static_cast<int>(words.rest.size()), words.rest.data());
  if (const auto* exit = std::get_if<ExitStatus>(&options)) return exit->status;
  return serve(*choice, std::get<Options>(options));
}
