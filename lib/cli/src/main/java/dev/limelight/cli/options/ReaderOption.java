package dev.limelight.cli.options;

import dev.limelight.output.OutputReaders;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option for what a model's outputs mean. */
public final class ReaderOption {

  /** A target that is a box or an edge of one, perhaps within another target. */
  private static final Pattern BOX = Pattern.compile("(?<![\\w-])(box|left|top|right|bottom)\\(");

  /** A target with a place in the pixels of a picture: the mask of a region, or a box's edges. */
  private static final Pattern PLACE = Pattern.compile("(?<![\\w-])(inside\\(|box\\([^()]*,)");

  @Option(
      names = "--reader",
      paramLabel = "NAME",
      description =
          "What the outputs of a detector or segmentation are read as, such as yolo, or auto (see"
              + " outputs); without it a classifier's, unless the target is a box.")
  private @Nullable String reader;

  /** The reader that was asked for, or null. */
  public @Nullable String name() {
    return reader;
  }

  /** The reader for a target, which without one is found where the target is a box. */
  public @Nullable String name(String target) {
    return reader == null && BOX.matcher(target).find() ? OutputReaders.AUTO : reader;
  }

  /** The reader for several targets. */
  public @Nullable String name(List<String> targets) {
    return targets.stream().map(this::name).filter(Objects::nonNull).findFirst().orElse(null);
  }

  /** What is to be known of targets with one place, where there are several pictures. */
  public static List<String> places(List<String> targets) {
    return targets.stream()
        .filter(target -> PLACE.matcher(target).find())
        .map(
            target ->
                "the place of "
                    + target
                    + " is the same in every picture, whatever is there; explain pictures one by"
                    + " one to give each its place")
        .toList();
  }
}
