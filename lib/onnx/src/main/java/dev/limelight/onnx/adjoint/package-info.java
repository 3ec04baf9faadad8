/** Gradients of ONNX graphs, written as further ONNX nodes. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.onnx.adjoint;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
