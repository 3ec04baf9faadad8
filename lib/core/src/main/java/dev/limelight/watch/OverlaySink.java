package dev.limelight.watch;

import java.io.IOException;

/**
 * Where the overlays of a training go. All is called on the thread that trains, one call at a time;
 * a sink that throws is told about once and left alone from then on, and the training goes on.
 */
public interface OverlaySink extends AutoCloseable {

  /**
   * Begins.
   *
   * @throws IOException if the place cannot be written; one sentence
   */
  void begin(WatchedRun run) throws IOException;

  /**
   * Takes what was seen after an epoch.
   *
   * @throws IOException if it cannot be kept; one sentence
   */
  void epoch(EpochOverlays overlays) throws IOException;

  /** Is told that the training was interrupted, just before {@link #close}. */
  default void interrupted() {}

  /**
   * Ends; what was logged stays. It is called once, also after a failure or an interrupt.
   *
   * @throws IOException if what was logged cannot be completed
   */
  @Override
  void close() throws IOException;
}
