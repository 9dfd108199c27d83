#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace bftp::report {

/// Builds HTML. Whatever comes in as text or as an attribute's value is escaped here; only raw() takes
/// markup, and only literals of ours belong there.
class Markup {
 public:
  using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  Markup& raw(std::string_view trusted) { return html_ += trusted, *this; }
  Markup& text(std::string_view any);
  /// Cut to `max` code points.
  Markup& text_at_most(std::string_view any, std::size_t max);

  Markup& open(std::string_view tag, Attributes attributes = {});
  Markup& close(std::string_view tag);
  /// open, text, close
  Markup& element(std::string_view tag, std::string_view any, Attributes attributes = {});

  std::string take() { return std::move(html_); }
  std::size_t size() const { return html_.size(); }

 private:
  std::string html_;
};

}  // namespace bftp::report
