/** Methods that hide segments of the picture and tell their contributions; one file a method. */
@NullMarked
package dev.limelight.perturb.segment;

import org.jspecify.annotations.NullMarked;
