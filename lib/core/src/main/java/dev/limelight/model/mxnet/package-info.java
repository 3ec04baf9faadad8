/** Networks of MXNet symbols, and what MXNet alone can do. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.model.mxnet;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
