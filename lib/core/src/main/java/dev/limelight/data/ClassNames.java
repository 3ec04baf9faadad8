package dev.limelight.data;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The names of a network's classes, by their indices. Several classes may have one name, as "crane"
 * and "maillot" of ImageNet; {@code crane (134)} is one of them.
 *
 * @param names in the order of the outputs, or none
 */
@API(status = Status.INTERNAL)
public record ClassNames(List<String> names) {

  private static final Pattern ONE = Pattern.compile("(.+) \\((\\d{1,9})\\)", Pattern.DOTALL);

  /** The classes of this name, in order; {@code NAME (INDEX)} is the class of that index. */
  public List<Integer> indices(String name) {
    List<Integer> indices = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equals(name)) {
        indices.add(i);
      }
    }
    Matcher one = ONE.matcher(name);
    if (one.matches()) {
      int index = Integer.parseInt(one.group(2));
      if (isIndex(index) && names.get(index).equals(one.group(1)) && !indices.contains(index)) {
        indices.add(index);
      }
    }
    return indices;
  }

  /** Whether there is a name for this index. */
  public boolean isIndex(int index) {
    return index >= 0 && index < names.size();
  }

  /** The name of a class, with its index where other classes have the same name. */
  public String name(int index) {
    if (!isIndex(index)) {
      return "class " + index;
    }
    String name = names.get(index);
    boolean unique =
        IntStream.range(0, names.size()).noneMatch(i -> i != index && names.get(i).equals(name));
    return unique ? name : written(index);
  }

  /** The name of a class and its index, which is never ambiguous. */
  private String written(int index) {
    return names.get(index) + " (" + index + ")";
  }

  /** Some classes, as a user chooses one of them. */
  public String choices(List<Integer> indices) {
    return indices.stream().map(this::written).collect(Collectors.joining(" or "));
  }
}
