/** Networks of ONNX files. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.onnx;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
