package dev.limelight.notebook;

import java.util.UUID;

/**
 * One display that changes in place. However often it is updated, the notebook keeps one output:
 * the last.
 */
public final class Live implements AutoCloseable {

  private final String id = "limelight-" + UUID.randomUUID();
  private boolean shown;

  Live() {}

  /**
   * Replaces what the display shows.
   *
   * @param value anything that {@link Notebook#show} takes
   * @throws java.util.concurrent.CancellationException if the kernel was asked to stop
   */
  public void update(Object value) {
    Notebook.stopIfAsked();
    put(Renderings.of(value));
  }

  /** Replaces what the display shows, also after a stop. */
  synchronized void put(Rendering rendering) {
    if (shown) {
      Notebook.screen().update(rendering, id);
    } else {
      Notebook.screen().display(rendering, id);
      shown = true;
    }
  }

  /** Leaves the display as it is. */
  @Override
  public void close() {
    // Nothing is held.
  }
}
