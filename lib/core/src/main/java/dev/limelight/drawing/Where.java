package dev.limelight.drawing;

/** Says in words where a point of a picture is. */
final class Where {

  private Where() {}

  /** "upper left", "middle", ... for a position as shares of width and height. */
  static String of(double x, double y) {
    String row = y < 1 / 3.0 ? "upper" : y > 2 / 3.0 ? "lower" : "middle";
    String column = x < 1 / 3.0 ? "left" : x > 2 / 3.0 ? "right" : "centre";
    if (row.equals("middle") && column.equals("centre")) {
      return "middle";
    }
    return row + " " + column;
  }
}
