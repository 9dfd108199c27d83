#pragma once

#include <array>
#include <string_view>

/// One function for each parser of the project. It takes any bytes, asserts what always holds (nothing
/// crashes, what is read back is what was written, a result keeps its promises) and returns. libFuzzer calls
/// it from entry.cpp; the ordinary test replay_test.cpp calls it with the seed corpus, so that every compiler
/// exercises it.
namespace bftp::fuzz {

void fuzz_header(std::string_view input);
void fuzz_conversation(std::string_view input);
void fuzz_request(std::string_view input);
void fuzz_reply(std::string_view input);
void fuzz_path(std::string_view input);
void fuzz_length(std::string_view input);
void fuzz_endpoint(std::string_view input);
void fuzz_worker_job(std::string_view input);
void fuzz_worker_block(std::string_view input);
void fuzz_worker_record(std::string_view input);
void fuzz_worker_signal(std::string_view input);
void fuzz_utf8(std::string_view input);
void fuzz_listing(std::string_view input);
void fuzz_words(std::string_view input);
void fuzz_visible(std::string_view input);
void fuzz_plan(std::string_view input);
void fuzz_command(std::string_view input);
void fuzz_answer(std::string_view input);
void fuzz_chunks(std::string_view input);
void fuzz_ftp_reply(std::string_view input);
void fuzz_gate(std::string_view input);
void fuzz_dialects(std::string_view input);
void fuzz_http_request(std::string_view input);
void fuzz_speech(std::string_view input);
void fuzz_hotspot(std::string_view input);
void fuzz_command_pieces(std::string_view input);

struct Target {
  const char* name;  ///< also the folder below corpus/
  void (*run)(std::string_view input);
};

inline constexpr std::array targets = {
    Target{"header", fuzz_header},
    Target{"conversation", fuzz_conversation},
    Target{"request", fuzz_request},
    Target{"reply", fuzz_reply},
    Target{"path", fuzz_path},
    Target{"length", fuzz_length},
    Target{"endpoint", fuzz_endpoint},
    Target{"worker_job", fuzz_worker_job},
    Target{"worker_block", fuzz_worker_block},
    Target{"worker_record", fuzz_worker_record},
    Target{"worker_signal", fuzz_worker_signal},
    Target{"utf8", fuzz_utf8},
    Target{"listing", fuzz_listing},
    Target{"words", fuzz_words},
    Target{"visible", fuzz_visible},
    Target{"plan", fuzz_plan},
    Target{"command", fuzz_command},
    Target{"answer", fuzz_answer},
    Target{"chunks", fuzz_chunks},
    Target{"ftp_reply", fuzz_ftp_reply},
    Target{"gate", fuzz_gate},
    Target{"dialects", fuzz_dialects},
    Target{"http_request", fuzz_http_request},
    Target{"speech", fuzz_speech},
    Target{"hotspot", fuzz_hotspot},
    Target{"command_pieces", fuzz_command_pieces},
};

}  // namespace bftp::fuzz
