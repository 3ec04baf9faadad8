package dev.limelight.watch;

import java.io.IOException;

/**
 * Where the overlays of a training go. Every method is called on the thread that trains, one call
 * at a time; a sink that throws is reported once and not called again except to close it; the
 * training goes on.
 */
public interface OverlaySink extends AutoCloseable {

  /**
   * Begins.
   *
   * @throws IOException if the place cannot be written; one sentence
   */
  void begin(WatchedRun run) throws IOException;

  /**
   * Logs the overlays and metrics of an epoch.
   *
   * @throws IOException if it cannot be kept; one sentence
   */
  void epoch(EpochOverlays overlays) throws IOException;

  /** Called just before {@link #close} if the training was interrupted. */
  default void interrupted() {}

  /**
   * Ends; what was logged stays. It is called once, also after a failure or an interrupt.
   *
   * @throws IOException if what was logged cannot be completed
   */
  @Override
  void close() throws IOException;
}
