#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "harness/record/run_record.hpp"

/// What the record shows of how transfers failed: the grounds on which diagnosis.hpp names a mistake.
/// Failures are those that were kept (TransferLog::failures()).
namespace bftp::report {

/// Whether the server is to blame for the row, and not the harness or its machine.
bool of_the_server(const record::TransferRecord& row);

/// Whether the dialect ends a file by closing (clauses 7.1 to 7.4): then a close without a byte is its only
/// refusal, and a connection that merely broke looks the same.
bool ends_with_close(std::string_view dialect);

/// Bytes; 0 for a fixture that is not known.
std::uint64_t size_of(const record::RunRecord& record, const record::TransferRecord& row);

/// How the server under test ended before it was asked to; null if it did not.
const record::ServerEnd* own_end(const record::RunRecord& record);

/// Whether the row shows no more than that the server was ending or gone: nobody took the connection, or it
/// broke, and its client was never served again.
bool fell_with_the_server(const record::RunRecord& record, const record::TransferRecord& row);

/// Transfers that failed by more than a connection that ended, so not because the server was gone.
bool failed_while_up(const record::RunRecord& record);

/// Whether all failures like `example` stopped after the same number of bytes, of files of several sizes or
/// several times: a buffer's size, then.
bool always_the_same_length(const record::RunRecord& record, const record::TransferRecord& example);

/// Whether what is missing is each time the piece behind the last full buffer, in files of several sizes.
bool drops_the_last_piece(const record::RunRecord& record, const record::TransferRecord& example);

/// Whether files of several sizes were all announced with the size of `example`: a buffer's, then.
bool one_size_for_all(const record::RunRecord& record, const record::TransferRecord& example);

/// Whether every transfer of this file and direction came out wrong, and not only some.
bool always_different(const record::RunRecord& record, const record::TransferRecord& example);

/// Whether some transfers of this file and direction came out right: what the server does to the file itself
/// is not what is wrong, then.
bool sometimes_right(const record::RunRecord& record, const record::TransferRecord& example);

/// Whether the copies of this file that came out wrong all differ from the same byte on: what is done to the
/// bytes depends on the bytes, then, and not on who else was served at that moment.
bool different_in_one_place(const record::RunRecord& record, const record::TransferRecord& example);

/// Whether the first byte that differs is at the border of a buffer, where no text mode has any business.
bool is_at_a_border(const record::TransferRecord& row);

/// Whether the bytes that came were wrong before the transfer broke off or the file was over, and at the same
/// place each time, at no border of a buffer: then its length is not what is wrong with it.
bool changed_on_the_way(const record::RunRecord& record, const record::TransferRecord& example);

/// Whether copies came out wrong that are no mere beginnings: somebody wrote into what was being sent.
bool some_copies_were_overwritten(const record::RunRecord& record);

/// Whether the bytes that came in place of a reply are one (OK, ERR), behind a length that is not written in
/// eight hexadecimal digits.
bool has_another_header(const record::TransferRecord& row);

/// Whether the size that was announced is beyond what a disk holds.
bool announces_more_than_any_file(const record::TransferRecord& row);

/// Whether any transfer was answered, be it by a refusal, as the protocol has it.
bool well_formed_replies_came(const record::RunRecord& record);

/// Whether files were refused, and empty ones alone.
bool only_empty_files_are_refused(const record::RunRecord& record);

/// Whether something came in any transfer that a reset cut off. Then one of which nothing came is no sign
/// that its request was not understood: a reset throws away what is on its way.
bool content_came_before_a_reset(const record::RunRecord& record);

/// Where a GET left the fixture: the first byte that differs, else the first that is missing.
std::uint64_t stopped_at(const record::TransferRecord& row);

/// Whether exactly the files with a 00 byte fail, and each right at its first one.
bool stops_at_nul_bytes(const record::RunRecord& record);

/// Whether PUTs came out wrong only where an older file of the name had to be replaced.
bool only_replacing_fails(const record::RunRecord& record);

/// Whether some GET brought another file of the run, beyond doubt.
bool other_files_came(const record::RunRecord& record);

/// Whether another client was being served while this one waited.
bool others_were_served_meanwhile(const record::RunRecord& record, const record::TransferRecord& waited);

/// Whether this file came to nobody while others came, and the server computed for it all the time.
bool computes_for_this_file(const record::RunRecord& record, const record::TransferRecord& waited);

}  // namespace bftp::report
