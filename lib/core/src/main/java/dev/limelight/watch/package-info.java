/**
 * Watching where a network looks while it learns: overlays after every epoch, and where they go.
 */
package dev.limelight.watch;
