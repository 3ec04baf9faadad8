package dev.limelight.plugin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.ServiceLoader.Provider;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plug-ins of one kind, by name: each is a service ({@link ServiceLoader}) with its default
 * arguments, on the class path or on a module path. One that cannot be used, or whose name another
 * has as well, is logged and leaves the others as they are; asking for it says why.
 *
 * @param <T> the interface
 */
public final class Registry<T> {

  private static final Logger LOGGER = LoggerFactory.getLogger(Registry.class);

  /** Such as can stand in a list with commas and in the name of a file. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9+._-]*");

  private final String kind;
  private final Map<String, T> usable = new TreeMap<>();

  /** The classes of each name that several have. */
  private final Map<String, List<String>> ambiguous = new TreeMap<>();

  /** What cannot be used, each with its reason. */
  private final List<String> broken = new ArrayList<>();

  private Registry(String kind) {
    this.kind = kind;
  }

  /**
   * Looks for the services that the interface's own class loader finds, and those of the thread's.
   *
   * @param type the interface
   * @param kind what it is called in messages, such as "method"
   * @param name what a plug-in is called
   */
  public static <T> Registry<T> load(Class<T> type, String kind, Function<T, String> name) {
    return load(
        type,
        kind,
        name,
        ServiceLoader.load(type, type.getClassLoader()),
        ServiceLoader.load(type));
  }

  /** The same with other places to look in, of which the first has precedence. */
  @SafeVarargs
  static <T> Registry<T> load(
      Class<T> type, String kind, Function<T, String> name, ServiceLoader<T>... places) {
    Registry<T> registry = new Registry<>(kind);
    Map<String, Provider<T>> providers = new LinkedHashMap<>();
    for (ServiceLoader<T> place : places) {
      registry.providers(place).forEach(one -> providers.putIfAbsent(one.type().getName(), one));
    }
    registry.name(providers.values(), name);
    registry.broken.forEach(
        reason -> LOGGER.warn("a {} cannot be used and is left out: {}", kind, reason));
    registry.ambiguous.keySet().forEach(each -> LOGGER.warn(registry.ambiguity(each)));
    return registry;
  }

  private List<Provider<T>> providers(ServiceLoader<T> place) {
    List<Provider<T>> found = new ArrayList<>();
    Iterator<Provider<T>> all = place.stream().iterator();
    String before = null;
    while (true) {
      try {
        if (!all.hasNext()) {
          return found;
        }
        found.add(all.next());
      } catch (ServiceConfigurationError | LinkageError e) {
        String reason = reason(e);
        if (reason.equals(before)) {
          // A loader that fails again in the same way does not get any further.
          return found;
        }
        before = reason;
        addBroken(reason);
      }
    }
  }

  private void name(Collection<Provider<T>> providers, Function<T, String> name) {
    Map<String, Map<String, T>> byName = new TreeMap<>();
    for (Provider<T> provider : providers) {
      String className = provider.type().getName();
      try {
        T plugin = provider.get();
        String own = Objects.requireNonNull(name.apply(plugin), "it has no name");
        if (NAME.matcher(own).matches()) {
          byName.computeIfAbsent(own, key -> new LinkedHashMap<>()).put(className, plugin);
        } else {
          addBroken(
              className
                  + ": a name is letters, digits, '+', '.', '_' and '-', but got '"
                  + own
                  + "'");
        }
      } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
        addBroken(className + ": " + reason(e));
      }
    }
    byName.forEach(
        (each, plugins) -> {
          if (plugins.size() == 1) {
            usable.put(each, plugins.values().iterator().next());
          } else {
            ambiguous.put(each, List.copyOf(plugins.keySet()));
          }
        });
  }

  private void addBroken(String reason) {
    if (!broken.contains(reason)) {
      broken.add(reason);
    }
  }

  /** The first cause, which says more than the errors around it. */
  private static String reason(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    boolean service = cause instanceof ServiceConfigurationError;
    return service ? String.valueOf(cause.getMessage()) : cause.toString();
  }

  /** All that can be used, by name. */
  public List<T> all() {
    return List.copyOf(usable.values());
  }

  /**
   * The plug-in of that name.
   *
   * @throws IllegalArgumentException if there is none, or several; the message lists the names that
   *     can be used and what cannot be used
   */
  public T named(String name) {
    T found = usable.get(name);
    if (found != null) {
      return found;
    }
    if (ambiguous.containsKey(name)) {
      throw new IllegalArgumentException(ambiguity(name));
    }
    String message =
        "no " + kind + " '" + name + "'; there are " + String.join(", ", usable.keySet());
    throw new IllegalArgumentException(
        broken.isEmpty()
            ? message
            : message + "; what cannot be used: " + String.join("; ", broken));
  }

  private String ambiguity(String name) {
    return "the "
        + kind
        + " '"
        + name
        + "' is ambiguous: "
        + String.join(" and ", ambiguous.get(name))
        + " have that name; take one of them off the class path";
  }
}
