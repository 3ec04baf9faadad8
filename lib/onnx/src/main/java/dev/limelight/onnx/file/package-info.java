/** .onnx files, read into graphs of one spelling with all their weights. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.onnx.file;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
