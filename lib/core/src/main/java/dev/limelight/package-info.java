/** The front door: an {@link dev.limelight.Explainer} gives {@link dev.limelight.Explanation}s. */
package dev.limelight;
