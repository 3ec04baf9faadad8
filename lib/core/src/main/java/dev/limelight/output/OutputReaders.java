package dev.limelight.output;

import dev.limelight.plugin.Registry;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The readers there are: every one that this jar or another offers as a service. */
public final class OutputReaders {

  /** In place of a name: the reader that fits. */
  public static final String AUTO = "auto";

  private static final Registry<OutputReader> REGISTRY =
      Registry.load(OutputReader.class, "reader", OutputReader::name);

  private OutputReaders() {}

  /** All readers, by name. */
  public static List<OutputReader> all() {
    return REGISTRY.all();
  }

  /**
   * The reader of that name.
   *
   * @throws IllegalArgumentException if there is none; the message lists those there are
   */
  public static OutputReader named(String name) {
    return REGISTRY.named(name);
  }

  /**
   * A name that there is, {@link #AUTO} or null.
   *
   * @throws IllegalArgumentException if there is no reader of that name
   */
  public static @Nullable String checked(@Nullable String name) {
    return name == null || name.equals(AUTO) ? name : named(name).name();
  }

  /** What each reader says of the outputs, in the order of their names. */
  public static Map<OutputReader, Fit> fits(OutputShapes outputs) {
    Map<OutputReader, Fit> fits = new LinkedHashMap<>();
    all().forEach(reader -> fits.put(reader, reader.fit(outputs)));
    return fits;
  }

  /**
   * What the outputs mean.
   *
   * @param name of the reader that was asked for, or {@link #AUTO} to find it
   * @throws IllegalArgumentException if there is no such reader, or it does not read these outputs
   * @throws UnsupportedException if no reader fits, or several do; the message says what to ask for
   */
  public static Reading of(OutputShapes outputs, String name) {
    if (!name.equals(AUTO)) {
      OutputReader reader = named(name);
      Fit fit = reader.fit(outputs);
      if (fit.answer() == Fit.Answer.NO) {
        throw new IllegalArgumentException(
            "the reader '" + name + "' does not read the outputs " + outputs + ": " + fit.why());
      }
      return new Reading(reader, outputs, fit.why());
    }
    List<Reading> found = new ArrayList<>();
    fits(outputs)
        .forEach(
            (reader, fit) -> {
              if (fit.fits()) {
                found.add(new Reading(reader, outputs, fit.why()));
              }
            });
    if (found.isEmpty()) {
      throw new UnsupportedException(
          "no reader reads the outputs " + outputs + "; limelight outputs says why of each");
    }
    if (found.size() > 1) {
      throw new UnsupportedException(
          "the outputs "
              + outputs
              + " may be "
              + found.stream()
                  .map(one -> one.reader().name() + " (" + one.why() + ")")
                  .collect(Collectors.joining(" or "))
              + "; choose one by optReader, on the command line by --reader");
    }
    return found.get(0);
  }
}
