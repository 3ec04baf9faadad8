/** Arrays in Java's own memory, for networks whose engine computes with none. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.onnx.array;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
