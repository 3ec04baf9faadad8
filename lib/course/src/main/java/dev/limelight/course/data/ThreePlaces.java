package dev.limelight.course.data;

import dev.limelight.scene.Ground;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Where three shapes lie that do not touch, each inside of a circle. */
final class ThreePlaces {

  /** Small enough that there is always room for a third circle beside two others. */
  private static final double LARGEST = 0.17;

  private static final double SMALLEST = 0.12;

  /** A circle around a shape, in pixels. */
  record Place(double x, double y, double radius) {

    boolean touches(Place other) {
      return Math.hypot(x - other.x, y - other.y) < radius + other.radius;
    }
  }

  private ThreePlaces() {}

  /** Draws three circles in a square picture. */
  static List<Place> draw(int side, Random random) {
    List<Place> places = new ArrayList<>();
    while (places.size() < 3) {
      double radius = side * Ground.uniform(random, SMALLEST, LARGEST);
      Place place =
          new Place(
              Ground.uniform(random, radius, side - radius),
              Ground.uniform(random, radius, side - radius),
              radius);
      if (places.stream().noneMatch(place::touches)) {
        places.add(place);
      }
    }
    return places;
  }
}
