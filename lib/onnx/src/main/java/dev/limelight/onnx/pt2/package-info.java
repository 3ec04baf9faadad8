/**
 * Programs that {@code torch.export.save} wrote (.pt2), read without PyTorch and written as ONNX.
 */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.onnx.pt2;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
