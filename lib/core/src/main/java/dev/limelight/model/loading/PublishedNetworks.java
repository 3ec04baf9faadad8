package dev.limelight.model.loading;

import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A family of published networks. Families are services ({@link java.util.ServiceLoader}): a jar
 * names its own in {@code META-INF/services/dev.limelight.model.loading.PublishedNetworks}.
 */
@API(status = Status.INTERNAL)
public interface PublishedNetworks {

  /** The names of those whose weights are published. */
  List<String> names();

  /** The network of that name, or nothing if it is not of this family. */
  Optional<PublishedNetwork> named(String name);
}
