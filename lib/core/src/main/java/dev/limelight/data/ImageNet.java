package dev.limelight.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The classes of ILSVRC 2012, on which most published networks were trained. */
@API(status = Status.INTERNAL)
public final class ImageNet {

  private ImageNet() {}

  /** The names of the 1,000 classes, in the order of a network's outputs. */
  public static List<String> labels() {
    try (InputStream in = ImageNet.class.getResourceAsStream("imagenet-classes.txt")) {
      return LabelFile.read(
          Objects.requireNonNull(in, "imagenet-classes.txt").readAllBytes(),
          "imagenet-classes.txt");
    } catch (IOException e) {
      throw new UncheckedIOException("the jar of Limelight is damaged; copy it again", e);
    }
  }
}
