/** Methods that enlarge the map of any other method along the edges of the picture. */
@NullMarked
package dev.limelight.enlarge;

import org.jspecify.annotations.NullMarked;
