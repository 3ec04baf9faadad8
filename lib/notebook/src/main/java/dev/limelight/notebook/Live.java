package dev.limelight.notebook;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A display that changes in place. The notebook stores only its last content. */
public final class Live implements AutoCloseable {

  private final String id = "limelight-" + UUID.randomUUID();
  private boolean shown;

  Live() {}

  /**
   * Replaces the content of the display.
   *
   * @param value anything that {@link Notebook#show} accepts
   * @throws java.util.concurrent.CancellationException if the kernel was asked to stop
   */
  public void update(@Nullable Object value) {
    Notebook.stopIfAsked();
    put(Renderings.of(value));
  }

  /** Replaces the content of the display, also after a stop. */
  synchronized void put(Rendering rendering) {
    if (shown) {
      Notebook.screen().update(rendering, id);
    } else {
      Notebook.screen().display(rendering, id);
      shown = true;
    }
  }

  /** Leaves the display unchanged. */
  @Override
  public void close() {
    // There is nothing to release.
  }
}
