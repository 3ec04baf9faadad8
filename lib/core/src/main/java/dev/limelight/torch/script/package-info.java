/**
 * The TorchScript compiler: programs written out as one list of statements, cut and written again.
 */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.torch.script;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
