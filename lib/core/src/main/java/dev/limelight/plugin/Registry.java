package dev.limelight.plugin;

import dev.limelight.io.Names;
import dev.limelight.io.UnknownNameException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plug-ins of one kind, by name: services with their default arguments. One that cannot be
 * used, or that has another's name, is logged and leaves the others usable; asking for it says why.
 *
 * @param <T> the interface
 */
@API(status = Status.INTERNAL)
public final class Registry<T> {

  private static final Logger LOGGER = LoggerFactory.getLogger(Registry.class);

  /** Names that can be part of a list with commas and in the name of a file. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9+._-]*");

  private final String kind;
  private final Map<String, T> usable = new TreeMap<>();

  /** Those of each name that several have. */
  private final Map<String, List<T>> ambiguous = new TreeMap<>();

  /** What cannot be used, each with its reason. */
  private final List<String> unusable;

  private Registry(String kind, List<String> failures) {
    this.kind = kind;
    unusable = new ArrayList<>(failures);
  }

  /**
   * Loads the services.
   *
   * @param type the interface
   * @param kind what one is called in messages, such as "method"
   * @param name what a plug-in is called
   */
  public static <T> Registry<T> load(Class<T> type, String kind, Function<T, String> name) {
    Services<T> services = Services.of(type);
    Registry<T> registry = new Registry<>(kind, services.failures());
    Map<String, List<T>> byName = new TreeMap<>();
    for (T plugin : services.all()) {
      try {
        byName.computeIfAbsent(checked(name.apply(plugin)), key -> new ArrayList<>()).add(plugin);
      } catch (RuntimeException | LinkageError e) {
        registry.unusable.add(plugin.getClass().getName() + ": " + e);
      }
    }
    byName.forEach(registry::add);
    registry.unusable.forEach(why -> LOGGER.warn("a {} is left out: {}", kind, why));
    registry.ambiguous.keySet().forEach(each -> LOGGER.warn(registry.ambiguity(each)));
    return registry;
  }

  private static String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a name has letters, digits, '+', '.', '_' and '-', but got '" + name + "'");
    }
    return name;
  }

  private void add(String name, List<T> plugins) {
    if (plugins.size() == 1) {
      usable.put(name, plugins.get(0));
    } else {
      ambiguous.put(name, plugins);
    }
  }

  /** All that can be used, by name. */
  public List<T> all() {
    return List.copyOf(usable.values());
  }

  /**
   * The plug-in of that name.
   *
   * @throws IllegalArgumentException if there is none, or several; the message lists the names that
   *     can be used and what cannot
   */
  public T named(String name) {
    T plugin = usable.get(name);
    if (plugin != null) {
      return plugin;
    }
    if (ambiguous.containsKey(name)) {
      throw new IllegalArgumentException(ambiguity(name));
    }
    String left = unusable.isEmpty() ? "" : "; left out: " + String.join("; ", unusable);
    throw new UnknownNameException(
        kind,
        "no " + kind + " " + Names.quoted(name) + "; " + Names.offer(name, usable.keySet()) + left);
  }

  private String ambiguity(String name) {
    List<String> classes =
        ambiguous.getOrDefault(name, List.of()).stream()
            .map(one -> one.getClass().getName())
            .toList();
    return "the "
        + kind
        + " '"
        + name
        + "' is ambiguous: "
        + String.join(" and ", classes)
        + " have that name; take one of them off the class path";
  }
}
