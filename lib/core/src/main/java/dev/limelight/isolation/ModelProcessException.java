package dev.limelight.isolation;

import dev.limelight.support.UnsupportedException;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The process of an isolated model ended, took too long or broke the protocol. The next question
 * goes to a new process.
 */
@API(status = Status.INTERNAL)
public final class ModelProcessException extends UnsupportedException {

  private static final long serialVersionUID = 1;

  /** For this reason. */
  public ModelProcessException(String reason) {
    super(reason);
  }
}
