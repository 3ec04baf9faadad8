/** Networks of DJL blocks. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.model.block;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
