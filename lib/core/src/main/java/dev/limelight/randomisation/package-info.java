/** How maps change when the layers of a network are randomised. */
@NullMarked
package dev.limelight.randomisation;

import org.jspecify.annotations.NullMarked;
