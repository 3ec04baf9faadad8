/** What the outputs of a network mean: boxes with scores, maps of classes, classes, a number. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.output;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
