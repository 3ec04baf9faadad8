package dev.limelight.data;

import java.util.List;

/** Names in a sentence, of which there may be thousands. */
final class Listed {

  private static final int SHOWN = 5;

  private Listed() {}

  /** The first names, and how many more there are. */
  static String of(List<String> names) {
    String first = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
    return names.size() > SHOWN ? first + " and " + (names.size() - SHOWN) + " more" : first;
  }
}
