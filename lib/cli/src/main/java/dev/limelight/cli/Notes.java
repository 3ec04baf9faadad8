package dev.limelight.cli;

import java.io.PrintWriter;
import java.util.List;

/** What a user should know about a result, below it. */
final class Notes {

  private Notes() {}

  static void print(List<String> notes, PrintWriter out) {
    notes.forEach(note -> out.println("note: " + note));
  }
}
