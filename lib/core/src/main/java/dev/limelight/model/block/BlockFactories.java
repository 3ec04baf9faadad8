package dev.limelight.model.block;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The block factories that a folder may name: DJL's, ours, and those that the system property
 * {@code limelight.block.factories} lists, separated by commas.
 */
@API(status = Status.INTERNAL)
public final class BlockFactories {

  /** The system property with the classes that may be created, apart from DJL's and ours. */
  static final String ALLOWED = "limelight.block.factories";

  private static final List<String> OURS = List.of("ai.djl.", "dev.limelight.");

  private BlockFactories() {}

  /** Allows these classes, too, in this JVM and in the processes of isolated models. */
  public static void allow(List<String> classes) {
    if (!classes.isEmpty()) {
      Set<String> all = new LinkedHashSet<>(others());
      all.addAll(classes);
      System.setProperty(ALLOWED, String.join(",", all));
    }
  }

  /** Whether a folder may name a class. */
  static boolean isAllowed(String factory) {
    return isOurs(factory) || others().contains(factory);
  }

  /** Whether a class is DJL's or ours. */
  static boolean isOurs(String factory) {
    return OURS.stream().anyMatch(factory::startsWith);
  }

  private static List<String> others() {
    List<String> all =
        new ArrayList<>(Arrays.asList(System.getProperty(ALLOWED, "").split(",", -1)));
    all.removeIf(String::isBlank);
    return all;
  }
}
