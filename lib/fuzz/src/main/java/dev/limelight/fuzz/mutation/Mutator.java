package dev.limelight.fuzz.mutation;

import java.util.random.RandomGenerator;

/** Damages a file. The same bytes and the same random numbers give the same result. */
@FunctionalInterface
public interface Mutator {

  /**
   * A damaged copy.
   *
   * @param bytes the content of a file, which stays as it is
   * @param random decides where and how
   */
  byte[] mutate(byte[] bytes, RandomGenerator random);
}
