package dev.limelight.cam;

import dev.limelight.method.Method;

/**
 * A class activation map: the channels of one layer, each weighted by what it means to the score.
 */
public interface CamMethod extends Method {

  @Override
  default String family() {
    return "cam";
  }
}
