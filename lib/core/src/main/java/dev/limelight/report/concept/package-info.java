/** Pages about concepts. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.report.concept;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
