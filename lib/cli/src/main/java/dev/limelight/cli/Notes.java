package dev.limelight.cli;

import dev.limelight.Explainer;
import dev.limelight.plugin.Distinct;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What a user should know about a result: each note once, on standard error, on a line that begins
 * with "note: ".
 */
public final class Notes {

  private final PrintWriter err;
  private final Set<String> all = new LinkedHashSet<>();
  private int printed;

  public Notes(CommandSpec spec) {
    err = spec.commandLine().getErr();
  }

  /** Those of a part of the results: all so far, and what is added. */
  Notes(Notes before) {
    err = before.err;
    all.addAll(before.all);
    printed = before.printed;
  }

  /** Adds notes that are not there yet. */
  public void add(List<String> more) {
    all.addAll(more);
  }

  /** Adds what was read or chosen for a model, and what was assumed of its pictures. */
  public void add(Explainer ofPictures) {
    add(ofPictures.model().notes());
    ofPictures.model().preprocessing().assumption().ifPresent(all::add);
  }

  /** The names without repetitions, which are noted. */
  List<String> distinct(List<String> given, String kind) {
    Distinct<String> distinct = Distinct.names(given, kind);
    add(distinct.repetitions());
    return distinct.values();
  }

  /** All notes so far. */
  List<String> all() {
    return List.copyOf(all);
  }

  /** Prints those that are not printed yet. */
  public void print() {
    all.stream().skip(printed).forEach(note -> err.println("note: " + note));
    err.flush();
    printed = all.size();
  }
}
