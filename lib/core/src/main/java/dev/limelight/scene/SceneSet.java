package dev.limelight.scene;

import java.util.Locale;
import java.util.Random;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** What scenes are for. Those of one set are never those of the other, whatever their seeds. */
@API(status = Status.INTERNAL)
public enum SceneSet {
  /** To choose methods and their arguments by. */
  DEVELOPMENT,
  /** To report the choice by, once. */
  REPORT;

  /** Seeds of one set are even, of the other odd. */
  Random random(long seed, int index) {
    return Seeds.of(2 * seed + ordinal(), index);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
