/** How numbers of Java become arrays of an engine. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.array;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
