package dev.limelight.model.loading;

import ai.djl.Device;
import ai.djl.Model;
import dev.limelight.model.EngineName;
import java.io.IOException;
import java.nio.file.Path;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** A published network with its published weights. */
@API(status = Status.INTERNAL)
public interface PublishedNetwork {

  /** The name, such as {@code efficientnet-lite0}. */
  String name();

  /**
   * Loads the network with its weights, and with notes of its preprocessing and classes; the caller
   * closes it.
   *
   * @param device where it computes, or null for the engine's best
   * @throws IOException if the weights are not on this machine; the message says how to get them
   */
  Model load(EngineName engine, @Nullable Device device) throws IOException;

  /**
   * The file with the weights.
   *
   * @throws IOException if it is not on this machine; the message says how to get it
   */
  Path weights() throws IOException;
}
