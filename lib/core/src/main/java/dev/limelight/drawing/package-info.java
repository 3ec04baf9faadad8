/** Maps and images drawn for people: palettes, overlays, color bars and galleries. */
package dev.limelight.drawing;
