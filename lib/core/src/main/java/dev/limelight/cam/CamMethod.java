package dev.limelight.cam;

import ai.djl.ndarray.NDArray;

/**
 * A class activation map: a function of the evidence at one layer. An implementation is a record
 * whose components are the method's arguments; a public one with a constructor without arguments is
 * found by its name.
 */
public interface CamMethod {

  /**
   * Computes the maps.
   *
   * @param evidence what is known at the layer, computed when it is asked for
   * @return the raw maps, (N, h, w), signed, in units of the score
   */
  NDArray map(Evidence evidence);

  /** What the method is called, needs and costs. */
  About about();
}
