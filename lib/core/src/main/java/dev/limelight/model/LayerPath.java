package dev.limelight.model;

/**
 * The name of a layer: a node's name in an MXNet symbol, or the names of nested blocks joined by
 * dots, such as {@code 03SequentialBlock.01Conv2d}.
 *
 * @param name the whole path
 */
public record LayerPath(String name) {

  /** Checks that there is a name. */
  public LayerPath {
    if (name == null || name.isBlank()) {
      throw new IllegalArgumentException(
          "a layer path needs a name such as \"layer3\", but is empty");
    }
  }

  /** The path of that name. */
  public static LayerPath of(String name) {
    return new LayerPath(name);
  }

  @Override
  public String toString() {
    return name;
  }
}
