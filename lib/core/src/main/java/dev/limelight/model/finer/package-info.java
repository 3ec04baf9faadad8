/** Layers that are finer than the explained one, and how much they count. */
@NullMarked
package dev.limelight.model.finer;

import org.jspecify.annotations.NullMarked;
