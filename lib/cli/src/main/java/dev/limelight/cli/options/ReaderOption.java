package dev.limelight.cli.options;

import dev.limelight.output.OutputReaders;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option for what a model's outputs mean. */
public final class ReaderOption {

  /** A target that is a box or an edge of one, perhaps within another target. */
  private static final Pattern BOX = Pattern.compile("(?<![\\w-])(box|left|top|right|bottom)\\(");

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
}
