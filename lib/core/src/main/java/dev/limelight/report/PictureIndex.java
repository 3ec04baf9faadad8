package dev.limelight.report;

import dev.limelight.io.Html;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The pictures of a page in their order, and by name. */
final class PictureIndex {

  private final List<PictureMaps> all = new ArrayList<>();
  private final Map<String, Integer> places = new HashMap<>();

  PictureIndex(List<PictureMaps> pictures) {
    for (PictureMaps picture : pictures) {
      places.putIfAbsent(picture.name(), all.size());
      all.add(picture);
    }
  }

  List<PictureMaps> all() {
    return all;
  }

  /** The place of the first picture of a name, or -1. */
  int place(String name) {
    return places.getOrDefault(name, -1);
  }

  /** A text, as a link where it is a picture's name. */
  String linked(String text) {
    int place = place(text);
    return place < 0
        ? Html.escape(text)
        : "<a href=\"#picture-" + place + "\">" + Html.escape(text) + "</a>";
  }
}
