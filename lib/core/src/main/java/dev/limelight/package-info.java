/** The front door: an {@link dev.limelight.Explainer} gives {@link dev.limelight.Explanation}s. */
@NullMarked
package dev.limelight;

import org.jspecify.annotations.NullMarked;
