/** PyTorch checkpoints read in plain Java. */
@NullMarked
package dev.limelight.torch.checkpoint;

import org.jspecify.annotations.NullMarked;
