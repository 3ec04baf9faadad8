package dev.limelight.fuzz;

import dev.limelight.fuzz.mutation.Mutator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A sample and what is done to it, all of which follows from the seed and the number. Each step has
 * a seed of its own, so that others can be left out.
 *
 * @param sample what is damaged
 * @param steps in their order
 * @param whole whether what was read is used too
 */
record Case(Sample sample, List<Step> steps, boolean whole) {

  /** The most steps of a case. */
  static final int MOST_STEPS = 4;

  /** One case in so many uses what was read. */
  private static final int WHOLE_EVERY = 6;

  /**
   * A change of one file.
   *
   * @param file its name in the sample
   * @param mutator what changes it
   * @param seed of the mutator's random numbers
   */
  record Step(String file, Mutator mutator, long seed) {

    @Override
    public String toString() {
      return mutator.getClass().getSimpleName() + "(" + file + ")";
    }
  }

  /** The case of a number; a negative number -1 - i is the i-th sample, unchanged. */
  static Case of(FuzzFormat format, List<Sample> samples, long seed, long number) {
    if (number < 0) {
      return new Case(samples.get((int) (-1 - number)), List.of(), true);
    }
    Random random = new Random(seed * 0x9E3779B97F4A7C15L + number);
    random.nextLong();
    Sample sample = samples.get(random.nextInt(samples.size()));
    List<String> files =
        sample.files().keySet().stream().filter(file -> !format.mutators(file).isEmpty()).toList();
    List<Step> steps = new ArrayList<>();
    int count = 1 + Math.min(random.nextInt(MOST_STEPS), random.nextInt(MOST_STEPS));
    for (int i = 0; i < count; i++) {
      String file = files.get(random.nextInt(files.size()));
      List<Mutator> mutators = format.mutators(file);
      steps.add(new Step(file, mutators.get(random.nextInt(mutators.size())), random.nextLong()));
    }
    return new Case(sample, steps, random.nextInt(WHOLE_EVERY) == 0);
  }

  /** The same without the steps whose bit is 0. */
  Case masked(int mask) {
    List<Step> kept = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      if ((mask >> i & 1) == 1) {
        kept.add(steps.get(i));
      }
    }
    return new Case(sample, kept, whole);
  }

  /** The damaged files. */
  SortedMap<String, byte[]> files() {
    SortedMap<String, byte[]> files = new TreeMap<>(sample.files());
    for (Step step : steps) {
      files.computeIfPresent(
          step.file(), (name, bytes) -> step.mutator().mutate(bytes, new Random(step.seed())));
    }
    return files;
  }

  /** Writes the damaged files into a folder and returns the path that is read. */
  Path write(Path folder) throws IOException {
    for (var file : files().entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
    return sample.in(folder);
  }

  @Override
  public String toString() {
    return sample.name() + " " + steps + (whole ? " used" : "");
  }
}
