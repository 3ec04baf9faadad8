/**
 * The TorchScript compiler: programs written out as one list of statements, cut and written again.
 */
package dev.limelight.torch.script;
