/** What PyTorch alone can do. */
package dev.limelight.model.pytorch;
