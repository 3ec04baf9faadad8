/** Gradient rules of operators that read maps at places which are not pixels. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.onnx.adjoint.rules.sampling;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
