/** Networks of ONNX files. */
@API(status = Status.INTERNAL)
package dev.limelight.onnx;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
