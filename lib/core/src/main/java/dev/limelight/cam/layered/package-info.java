/** Maps made of the explained layer and finer ones. */
@NullMarked
package dev.limelight.cam.layered;

import org.jspecify.annotations.NullMarked;
