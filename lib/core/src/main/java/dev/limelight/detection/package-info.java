/** Boxes that a detector found, as plain values. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.detection;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
