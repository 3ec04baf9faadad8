/** Files that are written completely or not at all, unique names and text formats. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.io;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
