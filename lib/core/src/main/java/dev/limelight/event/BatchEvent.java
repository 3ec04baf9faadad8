package dev.limelight.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** One batch goes through a network. */
@API(status = Status.INTERNAL)
@Name("dev.limelight.Batch")
@Label("Batch")
@Description("Pictures, or changed copies of one, go through the network at once")
@Category("Limelight")
@StackTrace(false)
public final class BatchEvent extends Event {

  @Label("What")
  final String what;

  @Label("Count")
  final int count;

  /** Says what begins. */
  public BatchEvent(String what, int count) {
    this.what = what;
    this.count = count;
  }
}
