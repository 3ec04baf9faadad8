/** PyTorch checkpoints read in plain Java. */
package dev.limelight.torch.checkpoint;
