/** Methods that smooth the map of any other method; one file each. */
@NullMarked
package dev.limelight.smooth;

import org.jspecify.annotations.NullMarked;
