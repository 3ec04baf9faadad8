package dev.limelight.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A model is loaded. */
@API(status = Status.INTERNAL)
@Name("dev.limelight.Load")
@Label("Model Load")
@Description("A model is read from disk and made ready to be cut")
@Category("Limelight")
@StackTrace(false)
public final class LoadEvent extends Event {

  @Label("Model")
  final String model;

  @Label("Engine")
  final String engine;

  /** Says what begins. */
  public LoadEvent(String model, String engine) {
    this.model = model;
    this.engine = engine;
  }
}
