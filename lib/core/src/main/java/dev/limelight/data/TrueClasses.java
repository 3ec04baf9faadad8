package dev.limelight.data;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The classes of a network that names such as those of folders stand for. Names are labels if one
 * of them is the label of a class. Otherwise they are indices, counted from 0, if all of them are.
 * A name that is neither stands for no class; the order of the names means nothing.
 *
 * @param classes by name: several where classes have the same label, none where it is unknown
 */
@API(status = Status.INTERNAL)
public record TrueClasses(Map<String, List<Integer>> classes) {

  private static final Pattern INDEX = Pattern.compile("\\d{1,9}");

  /**
   * The classes of some names.
   *
   * @param names of folders
   * @param labels of the network's classes, or none
   * @param count of the network's classes; 0 if unknown
   */
  public static TrueClasses of(List<String> names, List<String> labels, int count) {
    ClassNames known = new ClassNames(labels);
    Map<String, List<Integer>> classes = new LinkedHashMap<>();
    names.forEach(name -> classes.put(name, known.indices(name)));
    if (classes.values().stream().allMatch(List::isEmpty) && areIndices(names, count)) {
      names.forEach(name -> classes.put(name, List.of(Integer.parseInt(name))));
    }
    return new TrueClasses(classes);
  }

  private static boolean areIndices(List<String> names, int count) {
    Set<Integer> indices = new HashSet<>();
    return names.stream()
        .allMatch(
            name ->
                INDEX.matcher(name).matches()
                    && Integer.parseInt(name) < count
                    && indices.add(Integer.parseInt(name)));
  }

  /** The classes that a name stands for. */
  public List<Integer> of(String name) {
    return classes.getOrDefault(name, List.of());
  }

  /** The names that stand for no class. */
  public List<String> unknown() {
    return classes.keySet().stream().filter(name -> of(name).isEmpty()).toList();
  }
}
