/** Layer-wise relevance propagation, as methods ask a network for it. */
@API(status = Status.INTERNAL)
@NullMarked
package dev.limelight.model.relevance;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
