package dev.limelight.model.signature;

import dev.limelight.io.Names;
import dev.limelight.support.UnsupportedException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which of several outputs is explained. The first rule that leaves a single one decides: the one
 * that was asked for; the one that is (N, K); of these the one with a value for each label, the one
 * named logits, the one that ends in a softmax or sigmoid, and the one that is computed from all
 * others. Where none decides, nothing is explained.
 */
public final class OutputRule {

  /**
   * An output.
   *
   * @param port its name and shape
   * @param activated whether it ends in a softmax or sigmoid
   * @param madeFrom the names of the other outputs that it is computed from
   */
  public record Candidate(Port port, boolean activated, Set<String> madeFrom) {

    /** Copies the names. */
    public Candidate {
      madeFrom = Set.copyOf(madeFrom);
    }
  }

  /**
   * The output that is explained.
   *
   * @param index its index
   * @param name its name
   * @param note why it is that one, or null if it was asked for or is the only one
   */
  public record Chosen(int index, String name, @Nullable String note) {}

  private final List<Candidate> all;
  private List<Candidate> left;
  private String reason = "";

  private OutputRule(List<Candidate> all) {
    this.all = all;
    left = all;
  }

  /**
   * Chooses one.
   *
   * @param candidates all outputs, at least one
   * @throws IllegalArgumentException if there is none of the name that was asked for; the message
   *     lists those there are
   * @throws UnsupportedException if nothing decides; the message lists them
   */
  public static Chosen choose(List<Candidate> candidates, NetworkChoice choice) {
    return new OutputRule(candidates).choose(choice);
  }

  private Chosen choose(NetworkChoice choice) {
    if (choice.output() != null) {
      return new Chosen(indexOf(choice.output()), choice.output(), null);
    }
    if (all.size() == 1) {
      return new Chosen(0, all.get(0).port().name(), null);
    }
    keep(one -> one.port().classes() != Port.NONE, "the only one that is (N, K)");
    if (choice.labels() > 0) {
      keep(
          one -> fits(one.port().classes(), choice.labels()),
          "the one with a value for each of the " + choice.labels() + " labels");
    }
    keep(one -> isLogits(one.port().name()), "named so");
    keep(one -> one.port().name().toLowerCase(Locale.ROOT).contains("logits"), "named so");
    keep(Candidate::activated, "the one that ends in a softmax or sigmoid");
    keep(this::isLast, "computed from the others");
    if (left.size() > 1) {
      throw new UnsupportedException(
          "the model has the outputs "
              + text()
              + ", and nothing says which of them are the logits; name one by optOutput, on the"
              + " command line by --output");
    }
    Candidate found = left.get(0);
    String note =
        "of the outputs "
            + text()
            + " "
            + Names.printable(found.port().name())
            + " is explained, as it is "
            + reason
            + "; --output or optOutput takes another";
    return new Chosen(all.indexOf(found), found.port().name(), note);
  }

  private static boolean fits(long classes, int labels) {
    return classes == labels || classes == 1 && labels == 2;
  }

  private static boolean isLogits(String name) {
    return name.toLowerCase(Locale.ROOT).equals("logits");
  }

  /** Of the others none is surer to be (N, K): what is computed from logits may be no logits. */
  private boolean isLast(Candidate one) {
    return left.stream()
        .filter(other -> other != one)
        .allMatch(
            other ->
                one.madeFrom().contains(other.port().name())
                    && (one.port().classes() != Port.OPEN || other.port().classes() == Port.OPEN));
  }

  /** Keeps those of which something is true, if there are any. */
  private void keep(Predicate<Candidate> test, String why) {
    if (left.size() > 1) {
      List<Candidate> kept = left.stream().filter(test).toList();
      if (!kept.isEmpty()) {
        if (kept.size() < left.size()) {
          reason = why;
        }
        left = kept;
      }
    }
  }

  private int indexOf(String name) {
    List<String> names = all.stream().map(one -> one.port().name()).toList();
    int index = names.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException(
          "no output "
              + Names.quoted(name)
              + "; there are "
              + Names.nearestFirst(name, names).stream()
                  .map(each -> all.get(names.indexOf(each)).port().text())
                  .collect(Collectors.joining(", ")));
    }
    return index;
  }

  private String text() {
    List<String> texts = all.stream().map(one -> one.port().text()).toList();
    int last = texts.size() - 1;
    return String.join(", ", texts.subList(0, last)) + " and " + texts.get(last);
  }
}
