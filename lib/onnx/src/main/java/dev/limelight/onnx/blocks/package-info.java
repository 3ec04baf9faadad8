/** Networks of DJL's blocks as ONNX graphs: a forward is followed, one function an operation. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.onnx.blocks;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
