package dev.limelight.zoo;

import dev.limelight.model.loading.PublishedNetwork;
import dev.limelight.model.loading.PublishedNetworks;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The sizes of {@link EfficientNetLite} by their names. */
@API(status = Status.INTERNAL)
public final class EfficientNetLites implements PublishedNetworks {

  /** The weights of the others are to be had only as TensorFlow's own files. */
  @Override
  public List<String> names() {
    return List.of(EfficientNetLite.lite0().name());
  }

  @Override
  public Optional<PublishedNetwork> named(String name) {
    return EfficientNetLite.named(name).map(PublishedNetwork.class::cast);
  }
}
