/** Not for users. */
@API(status = Status.INTERNAL)
package dev.limelight.architecture.offenders.model;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
