package dev.limelight.support;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The index of a class or an output that the network does not have. */
@API(status = Status.INTERNAL)
public final class UnknownClassException extends UnsupportedException {

  private static final long serialVersionUID = 1;

  /** For this reason, which says which there are. */
  public UnknownClassException(String reason) {
    super(reason);
  }
}
