#pragma once

#include <cstdint>
#include <string_view>

#include "harness/record/run_record.hpp"

/// What beginners' servers do wrong, and how it is put right.
namespace bftp::report {

enum class Mistake : std::uint8_t {
  none,  ///< nothing is known beside what the verdict says
  sends_once,
  receives_once,
  text_mode,
  stops_at_nul,
  shared_state,
  sends_another_file,
  one_client_at_a_time,
  takes_too_long,
  leaves_its_folder,
  serves_once,
  stops_accepting,
  client_ends_server,
  runs_out_of_memory,
  kills_its_parent,
  writes_to_closed,
  unread_when_closing,
  hangs_up_at_once,
  malformed_reply,
  other_header,
  other_dialect,
  size_in_characters,
  size_beyond_any_file,
  sends_too_much,
  silent,
  loses_the_tail,
  no_last_chunk,
  does_not_close,
  refuses,         ///< in a dialect with verbs
  refuses_a_name,  ///< in one whose request is the name
  refuses_empty,
  refuses_in_http,  ///< whose names come percent-encoded
  put_not_in_place,
  does_not_replace,
  keeps_descriptors,
  keeps_zombies,
  keeps_threads,
  keeps_memory,
  spins,
  two_small_writes,
  ignores_sigterm,
  program_not_found,
  wrong_arguments,
  missing_module,
  does_not_compile,
  ends_at_once,
  error_at_start,
  port_in_use,
  port_not_taken,
  wrong_address,
  never_listens,
};

/// Whose code the advice can show; `other` gets words alone.
enum class Language : std::uint8_t { python, java, go, c, other };

/// Told by what runs the server, where that was recognised; else by the command that starts it: "python3
/// x.py" is Python, "java …" Java. A program that gives no sign is taken for C; a script of another language
/// is none of them.
Language language_of(const record::RunRecord& record);

struct Advice {
  std::string_view why;     ///< the likely cause, for a student
  std::string_view change;  ///< what to do about it
  /// Lines of code, each ended by \n; empty where code says no more than the words.
  std::string_view python, java, go, c;

  std::string_view code(Language language) const;
};

/// For every mistake; all parts are empty for `none`.
const Advice& advice_for(Mistake mistake);

}  // namespace bftp::report
