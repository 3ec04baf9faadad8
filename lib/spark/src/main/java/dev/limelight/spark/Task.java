package dev.limelight.spark;

import java.io.Serializable;

/**
 * One map to compute for a picture.
 *
 * @param layer the layer of the cut, or "" for the network's default
 * @param method the method's name
 * @param target the target, in the syntax of {@link dev.limelight.target.Target#parse}
 */
record Task(String layer, String method, String target) implements Serializable {

  private static final long serialVersionUID = 1L;
}
