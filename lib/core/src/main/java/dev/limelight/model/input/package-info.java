/** What a network takes: the shape and type of its input, and the values of its pixels. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.model.input;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
