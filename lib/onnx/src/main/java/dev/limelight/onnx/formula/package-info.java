/** The formulas of heatmaps, written as ONNX nodes. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.onnx.formula;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
