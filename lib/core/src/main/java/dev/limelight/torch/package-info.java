/**
 * PyTorch's files read in plain Java: archives, pickles by an allow-list, and tensors. Nothing in
 * them is run.
 */
@NullMarked
package dev.limelight.torch;

import org.jspecify.annotations.NullMarked;
