package dev.limelight.spark;

/**
 * That nothing of a job can be done on an executor, whatever the picture: it finds no model or
 * another one, or the network has no such layer, or no gradients for such a method. The job ends.
 */
public final class JobRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  JobRefusedException(Exception cause) {
    super(cause.getMessage(), cause);
  }
}
