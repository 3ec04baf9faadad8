/** What was found out about model files, kept between processes. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.model.cache;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
