package dev.limelight.torch;

import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * How deep the containers of a pickle lie in one another. PyTorch's own reader walks them with
 * recursive functions: a list in a list in a list, a hundred thousand times, overflows its stack,
 * and one that is named twice at each of a hundred levels never ends.
 */
final class PickleNesting {

  private static final int DEEPEST = 100;
  private static final long LARGEST = 50_000_000;

  /** What is kept of each takes some hundred bytes; a network has a few for each tensor. */
  private static final long MOST = Math.min(1_000_000, Runtime.getRuntime().maxMemory() / 1024);

  /**
   * What lies in a container.
   *
   * @param depth of the deepest container in it, plus 1
   * @param size the objects in it, each counted as often as it is reached
   */
  private record Extent(int depth, long size) {}

  private final Map<Object, Extent> extents = new IdentityHashMap<>();
  private final Set<Object> inside = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Notes that objects were put into a container. */
  void put(Object container, Collection<?> objects) throws MalformedFileException {
    Extent known = extents.getOrDefault(container, new Extent(1, 1));
    int depth = known.depth();
    long size = known.size();
    for (Object object : objects) {
      Extent extent = object == null ? null : extents.get(object);
      depth = Math.max(depth, extent == null ? 1 : extent.depth() + 1);
      size += extent == null ? 1 : extent.size();
      if (extent != null) {
        inside.add(object);
      }
    }
    if (inside.contains(container) && !objects.isEmpty()) {
      throw new MalformedFileException(
          "fills a container of its pickle that lies in another already, which no model does");
    }
    if (depth > DEEPEST || size > LARGEST) {
      throw new MalformedFileException(
          "has a pickle whose containers lie too deep in one another for a model");
    }
    extents.put(container, new Extent(depth, size));
    if (extents.size() > MOST) {
      throw new MalformedFileException(
          "has a pickle of too many steps for a state dict; save model.state_dict() alone");
    }
  }

  void clear() {
    extents.clear();
    inside.clear();
  }
}
