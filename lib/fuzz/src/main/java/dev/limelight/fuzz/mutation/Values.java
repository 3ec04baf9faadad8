package dev.limelight.fuzz.mutation;

import java.util.List;
import java.util.random.RandomGenerator;

/** Values at which readers fail. */
final class Values {

  private static final List<Long> INTEGERS =
      List.of(
          0L,
          1L,
          -1L,
          2L,
          7L,
          127L,
          128L,
          255L,
          256L,
          32767L,
          65535L,
          65536L,
          1L << 20,
          (1L << 30) + 1,
          (long) Integer.MAX_VALUE,
          (long) Integer.MIN_VALUE,
          1L << 31,
          0xFFFFFFFFL,
          1L << 32,
          (1L << 32) + 1,
          1L << 40,
          1L << 62,
          Long.MAX_VALUE,
          Long.MIN_VALUE,
          -2L);

  private static final List<Double> REALS =
      List.of(
          0.0,
          -0.0,
          1.0,
          -1.0,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY,
          Double.MAX_VALUE,
          Double.MIN_VALUE,
          1e-30,
          1e30,
          0.1);

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "\u0000",
          "a\nb",
          "\u001b[31m",
          "\u202Eabc",
          "\uD83D\uDE00",
          "e\u0301",
          "\uFEFF",
          "../../../etc/passwd",
          "/",
          ".",
          "-1",
          "99999999999999999999",
          "NaN",
          "None",
          "%s%n",
          "\"",
          "\\",
          "(((((",
          "[]",
          "{}",
          "x".repeat(300),
          "y".repeat(70_000));

  private Values() {}

  static long integer(RandomGenerator random) {
    return random.nextInt(8) == 0 ? random.nextLong() : pick(INTEGERS, random);
  }

  static double real(RandomGenerator random) {
    return pick(REALS, random);
  }

  static String text(RandomGenerator random) {
    return pick(TEXTS, random);
  }

  static <T> T pick(List<T> of, RandomGenerator random) {
    return of.get(random.nextInt(of.size()));
  }
}
