/** Maps and images drawn for people: palettes, overlays, colour bars and galleries. */
@NullMarked
package dev.limelight.drawing;

import org.jspecify.annotations.NullMarked;
