#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace bftp::testing {

/// A page of docs/ holds a table between "<!-- table of NAME: begin -->" and "… end -->", made from the code.
/// Compares the two; with BFTP_UPDATE_DOCS=1 in the environment it writes the table instead.
inline void expect_table(const std::string& path, const std::string& name, const std::string& table) {
  const std::string begin = "<!-- table of " + name + ": begin -->\n";
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  const std::string text = content.str();
  const auto from = text.find(begin);
  const auto to = text.find("<!-- table of " + name + ": end -->\n");
  ASSERT_TRUE(from != std::string::npos && to != std::string::npos) << path << " has no table of " << name;
  const std::string head = text.substr(0, from) + begin;
  if (std::getenv("BFTP_UPDATE_DOCS") != nullptr) {
    std::ofstream(path) << head << table << text.substr(to);
    return;
  }
  EXPECT_EQ(text.substr(head.size(), to - head.size()), table) << "run this test with BFTP_UPDATE_DOCS=1";
}

}  // namespace bftp::testing
