/** Methods that differentiate the whole network, down to the picture; one file a method. */
@NullMarked
package dev.limelight.gradient;

import org.jspecify.annotations.NullMarked;
