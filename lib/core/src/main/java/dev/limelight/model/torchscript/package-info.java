/** Networks of TorchScript archives. */
package dev.limelight.model.torchscript;
