package dev.limelight.model;

import ai.djl.ndarray.NDList;
import java.util.List;
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

  /** Parts that run one after another; it gives the first output of each of them, in order. */
  static Stage chain(List<? extends Stage> parts) {
    List<Stage> all = List.copyOf(parts);
    return new Stage() {
      @Override
      public NDList run(NDList inputs) {
        NDList outputs = new NDList();
        NDList current = inputs;
        for (Stage part : all) {
          current = new NDList(part.run(current).head());
          outputs.add(current.head());
        }
        return outputs;
      }

      @Override
      public void close() {
        all.forEach(Stage::close);
      }
    };
  }

  @Override
  void close();
}
