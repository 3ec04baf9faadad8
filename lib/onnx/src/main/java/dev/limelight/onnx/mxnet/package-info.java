/** MXNet symbols as ONNX graphs, one function an operator. MXNet is not needed for it. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.onnx.mxnet;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
