/** Programs that {@code torch.export.save} wrote, as a format of networks. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.onnx.pt2.format;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
