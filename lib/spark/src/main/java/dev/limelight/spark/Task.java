package dev.limelight.spark;

import java.io.Serializable;

/**
 * One map to make of a picture.
 *
 * @param layer where to cut, or "" for the network's default
 * @param method by its name
 * @param target as {@link dev.limelight.target.Target#parse} reads it
 */
record Task(String layer, String method, String target) implements Serializable {

  private static final long serialVersionUID = 1L;
}
