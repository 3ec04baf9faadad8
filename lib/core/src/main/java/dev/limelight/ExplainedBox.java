package dev.limelight;

import dev.limelight.detection.Box;
import java.awt.geom.Rectangle2D;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The box that a map explains, among the numbers that are kept with the map. */
final class ExplainedBox {

  static final String LEFT = "box left";
  static final String TOP = "box top";
  static final String RIGHT = "box right";
  static final String BOTTOM = "box bottom";

  private ExplainedBox() {}

  /** The same numbers with the box in pixels of the picture, where there is one of each. */
  static Map<String, Double> onPicture(Map<String, Double> notes, Subject subject) {
    Box box = of(notes);
    if (box == null || subject.region() == null) {
      return notes;
    }
    Rectangle2D input = new Rectangle2D.Double(0, 0, subject.width(), subject.height());
    Box moved = box.moved(input, subject.visible());
    Map<String, Double> all = new LinkedHashMap<>(notes);
    all.put(LEFT, moved.left());
    all.put(TOP, moved.top());
    all.put(RIGHT, moved.right());
    all.put(BOTTOM, moved.bottom());
    return all;
  }

  /** The box, or null if no box is explained. */
  static @Nullable Box of(Map<String, Double> notes) {
    Double left = notes.get(LEFT);
    Double top = notes.get(TOP);
    Double right = notes.get(RIGHT);
    Double bottom = notes.get(BOTTOM);
    return left == null || top == null || right == null || bottom == null
        ? null
        : new Box(left, top, right, bottom);
  }
}
