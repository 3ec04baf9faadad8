/** DJL blocks on PyTorch, and PyTorch's autograd. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.model.pytorch;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
