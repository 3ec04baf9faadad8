package dev.limelight.fuzz.mutation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Changes a text by its words: unusual characters, deep nesting, very long. */
public final class Text implements Mutator {

  /** Several repetitions of a long word would not fit into memory. */
  private static final int LONGEST = 1 << 24;

  private static final Pattern WORD = Pattern.compile("\\w+|[^\\w\\s]");
  private static final List<String> OPENINGS =
      List.of("(", "[", "{", "not(", "\"", "-", "a.", "(a, ");

  @Override
  public byte[] mutate(byte[] bytes, RandomGenerator random) {
    return change(new String(bytes, StandardCharsets.UTF_8), random)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String change(String text, RandomGenerator random) {
    List<int[]> words = words(text);
    if (words.isEmpty()) {
      return text + Values.text(random);
    }
    int[] word = Values.pick(words, random);
    int[] other = Values.pick(words, random);
    String found = text.substring(word[0], word[1]);
    String before = text.substring(0, word[0]);
    String after = text.substring(word[1]);
    return switch (random.nextInt(8)) {
      case 0 -> before + Values.text(random) + after;
      case 1 -> before + text.substring(other[0], other[1]) + after;
      case 2 -> before + after;
      case 3 -> before + found + " " + found + after;
      case 4 -> before + Values.integer(random) + after;
      case 5 -> before + Values.pick(OPENINGS, random).repeat(depth(random)) + found + after;
      case 6 -> before + found.repeat(Math.min(depth(random), LONGEST / found.length())) + after;
      default -> lines(text, random);
    };
  }

  private static List<int[]> words(String text) {
    List<int[]> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(text);
    while (matcher.find()) {
      words.add(new int[] {matcher.start(), matcher.end()});
    }
    return words;
  }

  private static int depth(RandomGenerator random) {
    return Values.pick(List.of(2, 49, 60, 500, 5_000), random);
  }

  private static String lines(String text, RandomGenerator random) {
    List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
    int one = random.nextInt(lines.size());
    int two = random.nextInt(lines.size());
    switch (random.nextInt(3)) {
      case 0 -> lines.add(two, lines.get(one));
      case 1 -> lines.remove(one);
      default -> lines.set(one, lines.set(two, lines.get(one)));
    }
    return String.join("\n", lines);
  }
}
