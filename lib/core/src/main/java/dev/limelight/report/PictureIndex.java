package dev.limelight.report;

import dev.limelight.report.markup.Markup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The pictures of a page in their order, and by name. */
final class PictureIndex {

  private final List<PictureMaps> all = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();

  PictureIndex(List<PictureMaps> pictures) {
    for (PictureMaps picture : pictures) {
      numbers.putIfAbsent(picture.name(), all.size());
      all.add(picture);
    }
  }

  List<PictureMaps> all() {
    return all;
  }

  /** The number of the first picture with a name, or -1. */
  int number(String name) {
    return numbers.getOrDefault(name, -1);
  }

  /** A text, as a link if it is the name of a picture. */
  Markup linked(String text) {
    int number = number(text);
    return number < 0
        ? Markup.of("{}", text)
        : Markup.of("<a href=\"#picture-{}\">{}</a>", number, text);
  }
}
