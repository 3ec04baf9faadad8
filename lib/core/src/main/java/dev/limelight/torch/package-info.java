/**
 * PyTorch files read in plain Java: the tensors of a checkpoint, and nothing of it is run. {@link
 * dev.limelight.torch.TorchCheckpoint} is the way in.
 */
package dev.limelight.torch;
