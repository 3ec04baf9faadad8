/**
 * PyTorch's files read in plain Java: archives, pickles by an allow-list, and tensors. Nothing in
 * them is run.
 */
package dev.limelight.torch;
