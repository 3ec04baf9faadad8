/** The inputs and outputs of an ONNX graph. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.onnx.signature;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
