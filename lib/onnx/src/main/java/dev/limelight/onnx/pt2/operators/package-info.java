/** The operators of PyTorch as nodes of ONNX, one function an operator. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.onnx.pt2.operators;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
