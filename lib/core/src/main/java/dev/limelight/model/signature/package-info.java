/** The inputs and outputs of a model, and which of its outputs is explained. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.model.signature;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
