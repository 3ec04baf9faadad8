/** Heatmaps, palettes, overlays and galleries: pictures of maps, in plain JDK code. */
package dev.limelight.image;
