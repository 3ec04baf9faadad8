package dev.limelight.event;

import java.util.function.Supplier;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * The time that an event lasts. The first event of a program sets the Flight Recorder up, which
 * takes a tenth of a second, so that there is none until something is recorded.
 */
@API(status = Status.INTERNAL)
public final class Span {

  private static final Span NOT_RECORDED = new Span(null);

  private final @Nullable Event event;

  private Span(@Nullable Event event) {
    this.event = event;
  }

  /**
   * Begins an event.
   *
   * @param event which is not made unless a recording was started in this program
   */
  public static Span begin(Supplier<? extends Event> event) {
    if (!FlightRecorder.isInitialized()) {
      return NOT_RECORDED;
    }
    Event begun = event.get();
    begun.begin();
    return new Span(begun);
  }

  /** Ends the event, and records it if it is recorded now. */
  public void end() {
    if (event != null) {
      event.commit();
    }
  }
}
