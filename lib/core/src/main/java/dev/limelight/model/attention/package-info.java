/** The attention probabilities of a transformer, as methods read them. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.model.attention;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
