package dev.limelight.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A picture is preprocessed. */
@API(status = Status.INTERNAL)
@Name("dev.limelight.Picture")
@Label("Picture")
@Description("A picture becomes the input of the network")
@Category("Limelight")
@StackTrace(false)
public final class PictureEvent extends Event {

  @Label("Picture")
  final String picture;

  /** Says what begins. */
  public PictureEvent(String picture) {
    this.picture = picture;
  }
}
