package dev.limelight.spark;

/**
 * Thrown if an executor cannot explain any picture: the model is missing or different, or the
 * network has no such layer, or no gradients for the method. It ends the job.
 */
public final class JobRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  JobRefusedException(Exception cause) {
    super(cause.getMessage(), cause);
  }
}
