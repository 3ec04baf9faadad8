package dev.limelight.zoo;

import java.io.IOException;
import org.junit.jupiter.api.Assumptions;

/** The ImageNet weights, which a machine may lack. */
public final class PublishedWeights {

  private PublishedWeights() {}

  /** Skips the test where they are missing, and says why. */
  public static void assume() {
    try {
      EfficientNetLite.lite0().weights();
    } catch (IOException e) {
      System.out.println("skipped: " + e.getMessage());
      Assumptions.abort(e.getMessage());
    }
  }
}
