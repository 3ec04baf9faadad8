/** TorchScript archives as ONNX graphs, by the rules of {@link dev.limelight.onnx.pt2}. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.onnx.torchscript;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
