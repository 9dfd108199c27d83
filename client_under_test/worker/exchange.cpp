#include "client_under_test/worker/exchange.hpp"

#include "client_under_test/worker/stall.hpp"

namespace bftp::client::worker {

namespace {

/// One connection: a question, an answer, the content.
class PlainExchange final : public Exchange {
 public:
  PlainExchange(const TransferTerms& terms, Link& link) : terms_(terms), link_(link) {}

  void prepare_get(std::string_view name) override {
    if (name == asked_for_) return;
    request_ = terms_.dialect.ask_get({name, link_.text(), terms_.lasting});
    asked_for_ = name;
  }
  bool get(const protocol::WorkerFixture& fixture, Intake& intake, Stopwatch& watch,
           protocol::WorkerRecord& record) override {
    GetTransfer transfer(terms_, link_, fixture, intake, watch, record);
    transfer.run(request_);
    return transfer.is_whole();
  }

  void prepare_put(std::string_view name, std::uint64_t size) override {
    request_ = terms_.dialect.ask_put({name, link_.text(), terms_.lasting}, size);
    asked_for_.clear();
  }
  bool put(const LocalFile& local, Scratch scratch, Stopwatch& watch,
           protocol::WorkerRecord& record) override {
    return put_transfer(terms_, link_, request_, local, scratch, watch, record);
  }

  std::string remove(const std::string& name, Scratch scratch) override {
    return delete_stored(terms_, link_, name, scratch);
  }
  void stall(std::int64_t hold_ns, protocol::WorkerRecord& record) override {
    worker::stall(terms_, link_, request_, hold_ns, record);
  }
  void drop_if_stale() override { link_.drop_if_stale(); }

 private:
  const TransferTerms& terms_;
  Link& link_;
  std::string request_;
  std::string asked_for_;  ///< by request_, if that is a GET: most blocks ask for one file many times
};

}  // namespace

std::unique_ptr<Exchange> make_exchange(const TransferTerms& terms, Link& link) {
  if (auto own = terms.dialect.own_exchange(terms, link)) return own;
  return std::make_unique<PlainExchange>(terms, link);
}

}  // namespace bftp::client::worker
