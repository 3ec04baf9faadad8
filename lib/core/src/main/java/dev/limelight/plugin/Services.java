package dev.limelight.plugin;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The implementations of a service that are on the class path. One that cannot be loaded leaves the
 * others usable.
 *
 * @param all one of each, by the name of their class
 * @param failures why others could not be loaded, a sentence each
 */
@API(status = Status.INTERNAL)
public record Services<T>(List<T> all, List<String> failures) {

  /** Copies the lists. */
  public Services {
    all = List.copyOf(all);
    failures = List.copyOf(failures);
  }

  /**
   * Looks for the implementations of a service where the thread finds classes, or else where the
   * service is.
   */
  public static <T> Services<T> of(Class<T> service) {
    List<T> all = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    Iterator<T> found = ServiceLoader.load(service, loader(service)).iterator();
    while (true) {
      try {
        if (!found.hasNext()) {
          break;
        }
        all.add(found.next());
      } catch (ServiceConfigurationError | LinkageError e) {
        String failure = failure(service, e);
        if (failures.contains(failure)) {
          // A loader that fails twice in the same way would do so for ever.
          break;
        }
        failures.add(failure);
      }
    }
    all.sort(Comparator.comparing(one -> one.getClass().getName()));
    return new Services<>(all, failures);
  }

  /** "; X could not be loaded" for the end of a sentence, or nothing. */
  public String withoutThese() {
    return failures.isEmpty() ? "" : "; not loaded: " + String.join(", ", failures);
  }

  /** In a sentence, with the first cause. */
  private static String failure(Class<?> service, Error error) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (!(error instanceof ServiceConfigurationError)) {
      return service.getName() + ": " + cause;
    }
    return cause == error ? String.valueOf(error.getMessage()) : error.getMessage() + ": " + cause;
  }

  private static ClassLoader loader(Class<?> service) {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    try {
      if (context != null && context.loadClass(service.getName()) == service) {
        return context;
      }
    } catch (ClassNotFoundException e) {
      // A thread of other code.
      return service.getClassLoader();
    }
    return service.getClassLoader();
  }
}
