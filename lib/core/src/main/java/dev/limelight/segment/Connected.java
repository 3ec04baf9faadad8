package dev.limelight.segment;

import java.util.Arrays;

/**
 * Labels of which each is one connected part: smaller parts become part of a neighbour, as in
 * SLIC's paper, and larger ones are cut.
 */
final class Connected {

  private static final int NONE = -1;
  private static final int[] DX = {1, -1, 0, 0};
  private static final int[] DY = {0, 0, 1, -1};

  private final int[] labels;
  private final int width;
  private final int height;
  private final int[] result;
  private final int[] queue;

  private Connected(int[] labels, int width, int height, int most) {
    this.labels = labels;
    this.width = width;
    this.height = height;
    result = new int[labels.length];
    Arrays.fill(result, NONE);
    queue = new int[Math.max(1, most)];
  }

  /**
   * Makes them.
   *
   * @param least a part of fewer pixels goes to a neighbour
   * @param most a part ends at so many
   */
  static int[] of(int[] labels, int width, int height, int least, int most) {
    Connected connected = new Connected(labels, width, height, most);
    int next = 0;
    for (int start = 0; start < labels.length; start++) {
      if (connected.result[start] == NONE && connected.part(start, next, least)) {
        next++;
      }
    }
    return connected.result;
  }

  /** Follows a part; false if it was given to a neighbour. */
  private boolean part(int start, int name, int least) {
    int adjacent = name;
    int size = 1;
    result[start] = name;
    queue[0] = start;
    for (int visited = 0; visited < size && size < queue.length; visited++) {
      for (int i = 0; i < DX.length; i++) {
        int x = queue[visited] % width + DX[i];
        int y = queue[visited] / width + DY[i];
        if (x < 0 || y < 0 || x >= width || y >= height) {
          continue;
        }
        int pixel = y * width + x;
        if (labels[pixel] == labels[start] && result[pixel] == NONE) {
          result[pixel] = name;
          queue[size++] = pixel;
          if (size >= queue.length) {
            break;
          }
        } else if (result[pixel] != NONE && result[pixel] != name) {
          adjacent = result[pixel];
        }
      }
    }
    if (size >= least) {
      return true;
    }
    for (int i = 0; i < size; i++) {
      result[queue[i]] = adjacent;
    }
    return false;
  }
}
