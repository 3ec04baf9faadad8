/** Attention in an ONNX graph: where it is, and what methods read of it, written as nodes. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.onnx.attention;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
