#include <cstdint>
#include <string>
#include <vector>

#include "harness/torture/hostile/outside_case.hpp"
#include "protocol/conversation.hpp"
#include "protocol/request.hpp"
#include "protocol/sha256.hpp"

namespace bftp::torture {
namespace {

class TellOutside final : public OutsideVerbCase {
 public:
  std::string_view id() const override { return "hostile.tell_outside"; }
  std::string_view title() const override { return "No SIZE, HASH or RANGE leads out of the served folder"; }
  std::string_view about() const override {
    return "Asks for size, hash and content of the file that lies beside the served folder, by `..`, by what "
           "is an absolute path, and through symbolic links. None of them may come. A server that has none "
           "of the verbs is skipped.";
  }

 private:
  bool writes() const override { return false; }
  std::string done() const override {
    return "SIZE, HASH and RANGE were asked of a file beside the served folder.";
  }
  std::string expected() const override {
    return "ERR 403, or another refusal. Nothing outside of the root is revealed.";
  }

  Finding go_through(CaseContext& context, const OutsideFile& file) const override {
    bool has_any = false;
    for (const auto& verb : verbs(file)) {
      for (const OutsideWay& way : ways_to_known(file)) {
        const auto request = verb.start + way.path;
        const auto talk = ask(context, message(request));
        if (!talk.connected) return unreachable();
        if (talk.received.find(verb.secret) != std::string::npos)
          return caught(context, request, verb.breach);
        has_any = has_any || !is_unknown(talk);
      }
    }
    return has_any ? kept("nothing outside of the root was told")
                   : skipped("the server has no SIZE, HASH or RANGE");
  }

  struct Verb {
    std::string start;
    std::string secret;  ///< what an answer would hold
    std::string breach;
  };

  static std::vector<Verb> verbs(const OutsideFile& file) {
    const auto size = std::to_string(file.content.size());
    return {{"SIZE ", message("OK " + size), "told the size of a file beside its folder"},
            {"HASH ", protocol::to_hex(protocol::sha256(file.content)),
             "told the hash of a file beside its folder"},
            {"RANGE 0 " + size + " ", file.content, "sent a file from outside its folder"}};
  }

  static bool is_unknown(const Talk& talk) {
    const auto reply = protocol::parse_reply(talk.last.text);
    return reply && !reply->ok &&
           reply->code == static_cast<std::uint16_t>(protocol::ReplyCode::unknown_verb);
  }
};

BFTP_REGISTER_CASE(TellOutside)

}  // namespace
}  // namespace bftp::torture
