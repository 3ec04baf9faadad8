package dev.limelight.model.finer;

import ai.djl.ndarray.types.Shape;
import dev.limelight.model.Layer;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Layout;
import dev.limelight.model.WholeNetwork;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * Finds layers that are finer than the one that is explained: earlier ones with twice its sides,
 * four times and so on, which everything passes. It looks at nothing but shapes and at what crosses
 * a cut.
 */
@API(status = Status.INTERNAL)
public final class FinerLayers {

  /** As many layers as there are, one or more, instead of a number of them. */
  public static final int ALL = 0;

  /** An output that is widened so much before a stride is the inside of a block. */
  private static final int WIDENED = 3;

  private final WholeNetwork network;
  private final List<Layer> layers;
  private final LayerPath path;
  private final int position;

  /**
   * Prepares the search.
   *
   * @param picture the shape of one, (C, H, W)
   * @param path the layer that is explained
   */
  public FinerLayers(WholeNetwork network, Shape picture, LayerPath path) {
    this.network = network;
    this.path = path;
    layers = network.layers(picture);
    LayerPath listed = network.listed(path);
    position = layers.stream().map(Layer::path).toList().indexOf(listed);
  }

  /**
   * The explained layer.
   *
   * @throws UnsupportedException if finer ones cannot be compared with it; the message says why
   */
  public Layer layer() {
    if (position < 0) {
      throw new UnsupportedException(
          "the rows and columns of '"
              + path
              + "' do not follow from its shape, so that finer layers cannot be compared with it; use"
              + " a method of one layer such as grad-cam");
    }
    if (layers.get(position).layout().order() == Layout.Order.TOKENS) {
      throw new UnsupportedException(
          "there are no finer layers before '"
              + path
              + "', whose output is a list of tokens, of one size throughout; use a method of one"
              + " layer such as grad-cam");
    }
    Layer layer = layers.get(position);
    if (!network.isPassed(layer.path())) {
      throw new UnsupportedException(
          "finer layers are read where everything passes the explained layer, and a branch goes"
              + " past '"
              + path
              + "'; choose a layer after both meet again, such as "
              + (next().isEmpty() ? "the last one" : "'" + next() + "'"));
    }
    return layer;
  }

  private String next() {
    return layers.subList(position, layers.size()).stream()
        .filter(each -> each.spatial() && network.isPassed(each.path()))
        .map(each -> each.path().name())
        .findFirst()
        .orElse("");
  }

  /**
   * Finds some, the nearest first: the last layer with at least 2h - 1 rows and 2w - 1 columns,
   * then with 4h - 3 and 4w - 3.
   *
   * @param count how many, or {@link #ALL}
   * @throws UnsupportedException if there are not so many; the message says why
   */
  public List<Layer> find(int count) {
    Layer explained = layer();
    List<Layer> passed = passed();
    List<Layer> found = new ArrayList<>();
    for (int i = 1; count == ALL || i <= count; i++) {
      long height = ((explained.shape().get(2) - 1) << i) + 1;
      long width = ((explained.shape().get(3) - 1) << i) + 1;
      Layer finer = last(passed, height, width);
      if (finer == null && count == ALL && !found.isEmpty()) {
        return found;
      }
      if (finer == null) {
        throw new UnsupportedException(
            String.format(
                Locale.ROOT,
                "no layer before '%s' (%s) that everything passes has %dx%d places or more%s",
                path,
                size(explained),
                height,
                width,
                passed.isEmpty()
                    ? ""
                    : "; the largest is '"
                        + passed.get(0).path()
                        + "' with "
                        + size(passed.get(0))));
      }
      found.add(finer);
      passed = passed.subList(0, passed.indexOf(finer));
    }
    return found;
  }

  /** The larger layers before the explained one that everything passes, in their order. */
  private List<Layer> passed() {
    Shape explained = layers.get(position).shape();
    return layers.subList(0, position).stream()
        .filter(each -> each.layout().order() != Layout.Order.TOKENS)
        .filter(each -> each.shape().get(2) > explained.get(2))
        .filter(each -> each.shape().get(3) > explained.get(3))
        .filter(each -> network.isPassed(each.path()))
        .toList();
  }

  private @Nullable Layer last(List<Layer> passed, long height, long width) {
    for (int i = passed.size() - 1; i >= 0; i--) {
      Shape shape = passed.get(i).shape();
      boolean padded = i > 0 && shape.get(2) > passed.get(i - 1).shape().get(2);
      if (!padded && shape.get(2) >= height && shape.get(3) >= width) {
        return outside(passed, i, height);
      }
    }
    return null;
  }

  /** What goes into the block that widens a layer before its stride, or else the layer itself. */
  private Layer outside(List<Layer> passed, int index, long height) {
    Layer layer = passed.get(index);
    long channels = layer.shape().get(1);
    if (!stridesChannelByChannel(layer)) {
      return layer;
    }
    for (int i = index - 1; i >= 0; i--) {
      Shape shape = passed.get(i).shape();
      if (shape.get(1) != channels) {
        boolean widened = channels >= WIDENED * shape.get(1) && shape.get(2) >= height;
        return widened ? passed.get(i) : layer;
      }
    }
    return layer;
  }

  /** Whether the next smaller output has as many channels. */
  private boolean stridesChannelByChannel(Layer layer) {
    return layers.subList(layers.indexOf(layer), layers.size()).stream()
        .filter(each -> each.shape().get(2) < layer.shape().get(2))
        .findFirst()
        .map(each -> each.shape().get(1) == layer.shape().get(1))
        .orElse(false);
  }

  /**
   * The names in a text.
   *
   * @param method that reads so many layers, for the message
   * @param text names joined by a plus, or empty to find them by their shapes
   * @param count how many it needs, or {@link #ALL}
   * @throws IllegalArgumentException if there are some, but not as many as needed, or one twice
   */
  public static List<String> names(String method, String text, int count) {
    List<String> names = text.isBlank() ? List.of() : List.of(text.strip().split("\\s*\\+\\s*"));
    boolean usable =
        names.stream().noneMatch(String::isBlank)
            && names.stream().distinct().count() == names.size();
    if (!usable || !names.isEmpty() && count != ALL && names.size() != count) {
      throw new IllegalArgumentException(
          method
              + " reads "
              + (count == 1
                  ? "one finer layer"
                  : (count == ALL ? "" : count + " ") + "finer layers, joined by +, each once")
              + ", but got '"
              + text
              + "'; leave it away to find what fits");
    }
    return names;
  }

  /** Those of some names, or else found by their shapes; a refusal begins with the method. */
  public List<Layer> choose(String method, int count, List<String> names) {
    try {
      return names.isEmpty() ? find(count) : named(names);
    } catch (UnsupportedException e) {
      throw new UnsupportedException(method + " cannot run here: " + e.getMessage(), e);
    }
  }

  /**
   * Those of some names, the nearest first.
   *
   * @throws IllegalArgumentException if one is not there, or there twice; the message lists those
   *     there are
   * @throws UnsupportedException if one is not before the explained layer, not finer, or does not
   *     have everything pass it
   */
  public List<Layer> named(List<String> names) {
    layer();
    List<Layer> passed = passed();
    List<Layer> chosen = new ArrayList<>();
    for (String name : names) {
      LayerPath listed = network.listed(LayerPath.of(name));
      List<LayerPath> known = layers.stream().map(Layer::path).toList();
      if (!known.contains(listed)) {
        throw Layer.unknown(listed, known);
      }
      chosen.add(
          passed.stream()
              .filter(each -> each.path().equals(listed))
              .findFirst()
              .orElseThrow(() -> unsuited(name, passed)));
    }
    if (chosen.stream().distinct().count() < chosen.size()) {
      throw new IllegalArgumentException(
          "of the finer layers "
              + String.join(", ", names)
              + " two are the same layer; name each one once");
    }
    chosen.sort((a, b) -> passed.indexOf(b) - passed.indexOf(a));
    return chosen;
  }

  private UnsupportedException unsuited(String name, List<Layer> passed) {
    return new UnsupportedException(
        "'"
            + name
            + "' is no finer layer of '"
            + path
            + "': a finer one comes before it, has more rows and columns, and everything passes it"
            + (passed.isEmpty()
                ? "; there is none here"
                : "; there are "
                    + String.join(", ", passed.stream().map(each -> each.path().name()).toList())));
  }

  private static String size(Layer layer) {
    return layer.shape().get(2) + "x" + layer.shape().get(3) + " places";
  }
}
