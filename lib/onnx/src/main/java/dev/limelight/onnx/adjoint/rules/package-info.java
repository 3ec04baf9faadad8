/** Gradient rules of ONNX's operators, by what they do. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.onnx.adjoint.rules;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
