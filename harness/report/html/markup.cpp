#include "harness/report/html/markup.hpp"

#include "harness/report/escape.hpp"

namespace bftp::report {

Markup& Markup::text(std::string_view any) {
  return html_ += html_text(any), *this;
}

Markup& Markup::text_at_most(std::string_view any, std::size_t max) {
  return text(visible_at_most(any, max, Keep::lines));
}

Markup& Markup::open(std::string_view tag, Attributes attributes) {
  html_ += '<', html_ += tag;
  for (const auto& [name, value] : attributes) {
    html_ += ' ', html_ += name, html_ += "=\"", html_ += html_text(value), html_ += '"';
  }
  html_ += '>';
  return *this;
}

Markup& Markup::close(std::string_view tag) {
  html_ += "</", html_ += tag, html_ += ">\n";
  return *this;
}

Markup& Markup::element(std::string_view tag, std::string_view any, Attributes attributes) {
  return open(tag, attributes).text(any).raw("</").raw(tag).raw(">");
}

}  // namespace bftp::report
