package dev.limelight.model;

import ai.djl.ndarray.NDList;

/**
 * A part of a network that is ready to run. The results belong to the manager of the first input.
 */
public interface Stage extends AutoCloseable {

  NDList run(NDList inputs);

  @Override
  void close();
}
