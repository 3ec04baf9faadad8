package dev.limelight.model;

import ai.djl.ndarray.NDList;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A part of a network that is ready to run. The results belong to the manager of the first input.
 */
@API(status = Status.INTERNAL)
public interface Stage extends AutoCloseable {

  NDList run(NDList inputs);

  /** The part that returns its input. */
  static Stage identity() {
    return new Stage() {
      @Override
      public NDList run(NDList inputs) {
        return inputs;
      }

      @Override
      public void close() {
        // It owns nothing.
      }
    };
  }

  @Override
  void close();
}
