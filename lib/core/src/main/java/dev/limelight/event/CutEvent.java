package dev.limelight.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A network is cut at a layer. */
@API(status = Status.INTERNAL)
@Name("dev.limelight.Cut")
@Label("Network Cut")
@Description("A network is cut in two at a layer")
@Category("Limelight")
@StackTrace(false)
public final class CutEvent extends Event {

  @Label("Layer")
  final String layer;

  @Label("Engine")
  final String engine;

  /** Says what begins. */
  public CutEvent(String layer, String engine) {
    this.layer = layer;
    this.engine = engine;
  }
}
