package dev.limelight.drawing;

/** Describes where in a picture a point is. */
final class RelativePosition {

  private RelativePosition() {}

  /** "upper left", "middle", ... for coordinates as shares of width and height. */
  static String describe(double x, double y) {
    String row = y < 1 / 3.0 ? "upper" : y > 2 / 3.0 ? "lower" : "middle";
    String column = x < 1 / 3.0 ? "left" : x > 2 / 3.0 ? "right" : "centre";
    if (row.equals("middle") && column.equals("centre")) {
      return "middle";
    }
    return row + " " + column;
  }
}
