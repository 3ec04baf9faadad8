package dev.limelight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * How a layer's output is laid out, and so how it is converted to (N, C, h, w) and back. It is
 * derived from shapes alone: a location covers a whole number of pixels of the picture, and the
 * number of locations is rounded down or up, as with strides and patches.
 *
 * @param order which dimension is which
 * @param grid h and w, if the shape of the output does not give them; else null
 * @param prefix how many tokens without a location come first, such as the class token and
 *     registers
 */
@API(status = Status.INTERNAL)
public record Layout(Order order, @Nullable Grid grid, int prefix) {

  /** Which dimension is which. */
  public enum Order {
    /** (N, C, h, w), as convolutions give. */
    CHANNELS_FIRST,
    /** (N, h, w, C), as in Swin. */
    CHANNELS_LAST,
    /** (N, prefix + h w, C), row after row, as in ViT. */
    TOKENS,
    /** (N, C, h w), row after row, as in front of a head that flattens the maps. */
    FLATTENED
  }

  /** (N, C, h, w), which is kept unchanged. */
  static final Layout CHANNELS_FIRST = new Layout(Order.CHANNELS_FIRST, null, 0);

  private static final Layout CHANNELS_LAST = new Layout(Order.CHANNELS_LAST, null, 0);

  /** A class token, a distillation token and a few registers: more are not guessed. */
  static final int MAX_PREFIX = 8;

  /** None, a class token, and one for distillation: these take precedence over registers. */
  private static final int USUAL_PREFIX = 2;

  /** How far the sides of a map without padding may be from the picture's ratio. */
  private static final double NEAR = 1.25;

  /**
   * The layout of an output.
   *
   * @param layer whose output, for the message
   * @param output its shape
   * @param picture the shape of the network's input, (N, C, H, W)
   * @param known the grid if it is known, or null
   * @param order which dimension is which if the network knows, or null
   * @throws UnsupportedException if there is none, or there are several; the message asks for the
   *     grid
   */
  static Layout of(
      LayerPath layer, Shape output, Shape picture, @Nullable Grid known, @Nullable Order order) {
    List<Layout> readings = readings(output, picture, known, order);
    if (readings.size() == 1) {
      return readings.get(0);
    }
    if (!readings.isEmpty()) {
      throw ambiguous(layer, output, picture, readings);
    }
    String need = "a map needs a layer with output (N, C, h, w), (N, h, w, C) or (N, tokens, C)";
    String gives = ", and layer '" + layer + "' gives " + output;
    if (output.dimension() != 3 || output.get(0) != picture.get(0)) {
      throw new UnsupportedException(
          need + " for N = " + picture.get(0) + gives + "; choose another layer");
    }
    if (known != null) {
      throw new UnsupportedException(
          need + gives + ", fewer tokens than a grid of " + known + "; give a smaller grid");
    }
    throw new UnsupportedException(
        need
            + gives
            + ", whose tokens are no grid of a "
            + sides(picture)
            + " picture and at most "
            + MAX_PREFIX
            + " more; choose another layer, or give the grid by optGrid(h, w) or --grid HxW");
  }

  /** The error for an ambiguous shape. */
  static UnsupportedException ambiguous(
      LayerPath layer, Shape output, Shape picture, List<Layout> readings) {
    return new UnsupportedException(
        "layer '"
            + layer
            + "' gives "
            + output
            + ", which for a "
            + sides(picture)
            + " picture may be "
            + readings.stream()
                .map(reading -> reading.described(output))
                .collect(Collectors.joining(", or "))
            + "; say which by optGrid(h, w) or --grid HxW");
  }

  private static String sides(Shape picture) {
    return picture.get(2) + "x" + picture.get(3);
  }

  private String described(Shape output) {
    return switch (order) {
      case CHANNELS_FIRST -> output.get(2) + "x" + output.get(3) + " places, channels first";
      case CHANNELS_LAST -> output.get(1) + "x" + output.get(2) + " places, channels last";
      case TOKENS -> grid + " places behind " + prefix + " other tokens";
      case FLATTENED -> grid + " places in one row";
    };
  }

  /** As below, if the network knows which dimension is which. */
  static List<Layout> readings(
      Shape output, Shape picture, @Nullable Grid known, @Nullable Order order) {
    boolean images = output.dimension() == 4 && output.get(0) == picture.get(0);
    if (images && order == Order.CHANNELS_LAST) {
      return List.of(CHANNELS_LAST);
    }
    if (images && order == Order.CHANNELS_FIRST) {
      return List.of(CHANNELS_FIRST);
    }
    return order == Order.FLATTENED && output.dimension() == 3
        ? flattened(output, picture, known)
        : readings(output, picture, known);
  }

  /**
   * All possible layouts of an output: none if it cannot be converted to (N, C, h, w), and several
   * if its shape is ambiguous.
   *
   * @param output its shape
   * @param picture the shape of the network's input, (N, C, H, W)
   * @param known the grid if it is known, or null
   */
  static List<Layout> readings(Shape output, Shape picture, @Nullable Grid known) {
    if (output.dimension() < 3
        || output.dimension() > 4
        || output.get(0) != picture.get(0)
        || picture.dimension() != 4) {
      return List.of();
    }
    long height = picture.get(2);
    long width = picture.get(3);
    if (output.dimension() == 4) {
      return ofFour(output, height, width, known);
    }
    if (known != null) {
      long prefix = output.get(1) - known.locations();
      return prefix < 0 ? List.of() : List.of(tokens(known, prefix));
    }
    // One channel is no feature: such a tensor is a vector with a dimension too many.
    return output.get(2) < 2 ? List.of() : ofTokens(output.get(1), height, width);
  }

  private static List<Layout> flattened(Shape output, Shape picture, @Nullable Grid known) {
    return readings(new Shape(output.get(0), output.get(2), output.get(1)), picture, known).stream()
        .filter(layout -> layout.prefix == 0)
        .map(layout -> new Layout(Order.FLATTENED, layout.grid, 0))
        .toList();
  }

  /** Channels first takes precedence over channels last, as most networks are convolutional. */
  private static List<Layout> ofFour(Shape output, long height, long width, @Nullable Grid known) {
    long a = output.get(1);
    long b = output.get(2);
    long c = output.get(3);
    if (known != null && b == known.height() && c == known.width()) {
      return List.of(CHANNELS_FIRST);
    }
    if (known != null && a == known.height() && b == known.width()) {
      return List.of(CHANNELS_LAST);
    }
    boolean last = a > 1 && b > 1 && c > 1 && fits(a, b, height, width);
    if (!last || fits(b, c, height, width)) {
      return List.of(CHANNELS_FIRST);
    }
    double ratio = (double) b * width / (c * height);
    boolean near = height != width && ratio < NEAR && ratio > 1 / NEAR;
    return near ? List.of(CHANNELS_FIRST, CHANNELS_LAST) : List.of(CHANNELS_LAST);
  }

  private static boolean fits(long h, long w, long height, long width) {
    for (long side = 1; side <= Math.max(height, width); side++) {
      boolean down = height / side == h && width / side == w;
      if (down || up(height, side) == h && up(width, side) == w) {
        return true;
      }
    }
    return false;
  }

  private static List<Layout> ofTokens(long tokens, long height, long width) {
    Set<Layout> all = new LinkedHashSet<>();
    List<Layout> usual = new ArrayList<>();
    for (long side = Math.max(height, width); side >= 1; side--) {
      add(tokens, height / side, width / side, all);
      if (height % side == 0 && width % side == 0) {
        Set<Layout> exact = new LinkedHashSet<>();
        add(tokens, height / side, width / side, exact);
        exact.stream().filter(layout -> layout.prefix <= USUAL_PREFIX).forEach(usual::add);
      }
      add(tokens, up(height, side), up(width, side), all);
    }
    return all.size() > 1 && usual.size() == 1 ? usual : List.copyOf(all);
  }

  private static void add(long tokens, long h, long w, Set<Layout> found) {
    long prefix = tokens - h * w;
    if (h > 1 && w > 1 && prefix >= 0 && prefix <= MAX_PREFIX) {
      found.add(tokens(new Grid(Math.toIntExact(h), Math.toIntExact(w)), prefix));
    }
  }

  private static Layout tokens(Grid grid, long prefix) {
    return new Layout(Order.TOKENS, grid, Math.toIntExact(prefix));
  }

  private static long up(long length, long side) {
    return (length + side - 1) / side;
  }

  private Grid tokenGrid() {
    return Objects.requireNonNull(grid, "tokens lie on a grid");
  }

  /** The shape of what {@link #maps} gives, (N, C, h, w). */
  Shape shape(Shape output) {
    long n = output.get(0);
    return switch (order) {
      case CHANNELS_FIRST -> output;
      case CHANNELS_LAST -> new Shape(n, output.get(3), output.get(1), output.get(2));
      case TOKENS -> new Shape(n, output.get(2), tokenGrid().height(), tokenGrid().width());
      case FLATTENED -> new Shape(n, output.get(1), tokenGrid().height(), tokenGrid().width());
    };
  }

  /** A layer's output as (N, C, h, w), without its prefix. */
  public NDArray maps(NDArray output) {
    return switch (order) {
      case CHANNELS_FIRST -> output;
      case CHANNELS_LAST -> output.transpose(0, 3, 1, 2);
      case TOKENS ->
          (prefix == 0 ? output : output.get(":, " + prefix + ":"))
              .transpose(0, 2, 1)
              .reshape(shape(output.getShape()));
      case FLATTENED -> output.reshape(shape(output.getShape()));
    };
  }

  /** The tokens of a layer's output without a location, (N, prefix, C); empty if there are none. */
  NDList carried(NDArray output) {
    return prefix == 0 ? new NDList() : new NDList(output.get(":, :" + prefix));
  }

  /**
   * A layer's output from its parts; it can be recorded.
   *
   * @param maps (N, C, h, w)
   * @param carried the result of {@link #carried}, perhaps followed by more
   */
  NDArray output(NDArray maps, NDList carried) {
    if (order == Order.CHANNELS_FIRST) {
      return maps;
    }
    if (order == Order.CHANNELS_LAST) {
      return maps.transpose(0, 2, 3, 1);
    }
    Shape shape = maps.getShape();
    NDArray rows = maps.reshape(new Shape(shape.get(0), shape.get(1), tokenGrid().locations()));
    if (order == Order.FLATTENED) {
      return rows;
    }
    NDArray places = rows.transpose(0, 2, 1);
    if (prefix == 0) {
      return places;
    }
    NDArray all = NDArrays.concat(new NDList(carried.head(), places), 1);
    // The prefix may have to live longer than the other tokens.
    all.attach(maps.getManager());
    return all;
  }
}
