/** One file for each kind of output. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.output.reader;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
