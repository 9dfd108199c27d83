#include <fmt/format.h>

#include <algorithm>

#include "client_under_test/worker/dialect.hpp"

/// Clauses 7.1 to 7.4: the client sends a name, the server sends the file and closes. They differ in how the
/// name ends. Nothing stands in front of the content, so that whatever comes is taken for it.
namespace bftp::client::worker {

namespace {

class Closing : public Dialect {
 public:
  Answer answer_to_get(std::string_view, bool) const override { return Answer::accept(0, {}, false); }
  std::string_view silent_refusal() const override {
    return "the server closed without a byte, which is how it refuses a name (section 7)";
  }

 protected:
  static std::string longer_than(std::string_view name, std::size_t max_bytes, std::string_view clause) {
    if (name.size() <= max_bytes) return {};
    return fmt::format("the name has {} bytes, and clause {} takes at most {}", name.size(), clause,
                       max_bytes);
  }
  static std::string containing(std::string_view name, char end, std::string_view clause) {
    if (name.find(end) == std::string_view::npos) return {};
    return fmt::format("the name contains the byte that ends a name (clause {})", clause);
  }
};

class Nul final : public Closing {
 public:
  std::string_view name() const override { return "nul"; }
  std::string ask_get(const Asking& asking) const override { return std::string(asking.name) + '\0'; }
  std::string cannot_ask(std::string_view name) const override { return containing(name, '\0', "7.1"); }
};

class Raw final : public Closing {
 public:
  std::string_view name() const override { return "raw"; }
  std::string ask_get(const Asking& asking) const override { return std::string(asking.name); }
  std::string cannot_ask(std::string_view name) const override {
    constexpr std::size_t name_max_bytes = 255;
    return longer_than(name, name_max_bytes, "7.2");
  }
};

class Line final : public Closing {
 public:
  std::string_view name() const override { return "line"; }
  std::string ask_get(const Asking& asking) const override { return std::string(asking.name) + '\n'; }
  std::string cannot_ask(std::string_view name) const override { return containing(name, '\n', "7.3"); }
};

class Fixed final : public Closing {
 public:
  std::string_view name() const override { return "fixed"; }
  std::string ask_get(const Asking& asking) const override {
    std::string padded(asking.name);
    padded.resize(std::max(padded.size(), name_size), ' ');
    return padded;
  }
  std::string cannot_ask(std::string_view name) const override { return longer_than(name, name_size, "7.4"); }

 private:
  static constexpr std::size_t name_size = 40;
};

const RegisterDialect register_nul(std::make_unique<Nul>());
const RegisterDialect register_raw(std::make_unique<Raw>());
const RegisterDialect register_line(std::make_unique<Line>());
const RegisterDialect register_fixed(std::make_unique<Fixed>());

}  // namespace

}  // namespace bftp::client::worker
