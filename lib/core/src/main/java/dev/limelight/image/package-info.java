/** Images, maps, masks and regions as values: plain Java, no file and no drawing. */
@NullMarked
package dev.limelight.image;

import org.jspecify.annotations.NullMarked;
