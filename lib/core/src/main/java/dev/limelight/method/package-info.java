/** Methods, and the evidence that they may ask for about one target of a batch of pictures. */
@NullMarked
package dev.limelight.method;

import org.jspecify.annotations.NullMarked;
