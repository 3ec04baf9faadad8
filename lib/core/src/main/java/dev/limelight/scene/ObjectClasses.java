package dev.limelight.scene;

import dev.limelight.data.ClassNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The classes of a network by the names of objects. {@code giant_panda_01} is {@code giant panda}:
 * underscores are spaces, and the last part may be a number of the file. A label may list several
 * names, as in {@code tabby, tabby cat}.
 *
 * @param labels of the network, or none
 * @param classes how many there are
 */
@API(status = Status.INTERNAL)
public record ObjectClasses(List<String> labels, int classes) {

  /** Copies the labels. */
  public ObjectClasses {
    labels = List.copyOf(labels);
  }

  /** The class of an object; -1 if its name is that of no class, or of several. */
  public int of(SceneObject object) {
    for (String name : names(object.label())) {
      List<Integer> found = new ClassNames(labels).indices(name);
      found = found.isEmpty() ? alike(name) : found;
      if (!found.isEmpty()) {
        return found.size() == 1 ? found.get(0) : -1;
      }
      if (name.matches("\\d{1,6}") && Integer.parseInt(name) < classes) {
        return Integer.parseInt(name);
      }
    }
    return -1;
  }

  /** The names that may be meant, the whole one first. */
  private static Set<String> names(String label) {
    Set<String> names = new LinkedHashSet<>(List.of(label, label.replace('_', ' ')));
    int last = label.lastIndexOf('_');
    if (last > 0) {
      names.add(label.substring(0, last));
      names.add(label.substring(0, last).replace('_', ' '));
    }
    return names;
  }

  /** The classes one of whose names is the same in lower case. */
  private List<Integer> alike(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return IntStream.range(0, labels.size())
        .filter(
            i ->
                Arrays.stream(labels.get(i).split(",", -1))
                    .anyMatch(one -> one.strip().toLowerCase(Locale.ROOT).equals(lower)))
        .boxed()
        .toList();
  }

  /** Those of known class. */
  public List<SceneObject> known(List<SceneObject> objects) {
    List<SceneObject> known = new ArrayList<>();
    for (SceneObject object : objects) {
      int index = of(object);
      if (index >= 0) {
        known.add(new KnownObject(object, index, new ClassNames(labels).name(index)));
      }
    }
    return known;
  }

  /** The names of objects whose class is unknown. */
  public List<String> unknown(List<SceneObject> objects) {
    return objects.stream().filter(one -> of(one) < 0).map(SceneObject::name).toList();
  }
}
