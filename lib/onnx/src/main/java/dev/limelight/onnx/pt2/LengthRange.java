package dev.limelight.onnx.pt2;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lengths that a dimension of an input may have.
 *
 * @param least the shortest, from 1
 * @param most the longest
 * @param step between two of them, from the shortest on
 */
public record LengthRange(long least, long most, long step) {

  /** Any length. */
  public static final LengthRange ANY = new LengthRange(1, Long.MAX_VALUE, 1);

  private static final Pattern TEXT = Pattern.compile("(\\d{1,18})\\.\\.(\\d{0,18})/(\\d{1,18})");

  /** The text that {@link #toString} gives; empty for any other. */
  public static Optional<LengthRange> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long most = matcher.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(matcher.group(2));
    LengthRange range =
        new LengthRange(Long.parseLong(matcher.group(1)), most, Long.parseLong(matcher.group(3)));
    return range.isEmpty() ? Optional.empty() : Optional.of(range);
  }

  private boolean isEmpty() {
    return least < 1 || most < least || step < 1;
  }

  /** Whether nothing is excluded. */
  public boolean isAny() {
    return equals(ANY);
  }

  /** Whether a length is one of them. */
  public boolean has(long length) {
    return length >= least && length <= most && (length - least) % step == 0;
  }

  /** The length that is nearest to another one, or the shorter of two. */
  public long nearest(long length) {
    long limited = Math.max(least, Math.min(most, length));
    return limited - (limited - least) % step;
  }

  /** In words, such as "32 to 512 in steps of 32". */
  public String text() {
    String limits =
        most == Long.MAX_VALUE ? "at least " + least : least + (least == most ? "" : " to " + most);
    return limits + (step == 1 ? "" : " in steps of " + step);
  }

  /** In the form that {@link #parse} reads, such as "32..512/32". */
  @Override
  public String toString() {
    return least + ".." + (most == Long.MAX_VALUE ? "" : most) + "/" + step;
  }
}
