package dev.limelight.isolation;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A message of the other process is not of the form that was agreed. */
@API(status = Status.INTERNAL)
public final class ProtocolException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** For this reason. */
  public ProtocolException(String reason) {
    super(reason);
  }
}
