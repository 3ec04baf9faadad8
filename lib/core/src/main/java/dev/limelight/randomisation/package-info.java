/** How maps change as the layers of a network are made random. */
@NullMarked
package dev.limelight.randomisation;

import org.jspecify.annotations.NullMarked;
