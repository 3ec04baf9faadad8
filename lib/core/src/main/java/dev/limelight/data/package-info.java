/** Sets of images, read one after another. */
@NullMarked
package dev.limelight.data;

import org.jspecify.annotations.NullMarked;
