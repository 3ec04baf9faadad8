/** Files of other formats as ONNX graphs, and the comparison with the original. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.onnx.translation;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
