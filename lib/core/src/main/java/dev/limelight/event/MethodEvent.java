package dev.limelight.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** One method makes maps. */
@API(status = Status.INTERNAL)
@Name("dev.limelight.Method")
@Label("Method")
@Description("One method makes the maps of one batch for one target")
@Category("Limelight")
@StackTrace(false)
public final class MethodEvent extends Event {

  @Label("Method")
  final String method;

  @Label("Layer")
  final String layer;

  @Label("Target")
  final String target;

  @Label("Pictures")
  final int pictures;

  /** Says what begins; the target is described only while events are recorded. */
  public MethodEvent(String method, String layer, Object target, int pictures) {
    this.method = method;
    this.layer = layer;
    this.target = isEnabled() ? target.toString() : "";
    this.pictures = pictures;
  }
}
