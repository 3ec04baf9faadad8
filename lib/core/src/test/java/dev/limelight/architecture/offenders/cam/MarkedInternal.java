package dev.limelight.architecture.offenders.cam;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Public, and not for users. */
@API(status = Status.INTERNAL)
public final class MarkedInternal {

  private MarkedInternal() {}
}
