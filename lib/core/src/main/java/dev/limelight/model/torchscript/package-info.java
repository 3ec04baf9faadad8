/** Networks of TorchScript archives. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.model.torchscript;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
