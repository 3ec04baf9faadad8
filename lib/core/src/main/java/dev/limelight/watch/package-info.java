/**
 * Watching where a network looks while it learns: overlays after every epoch, and where they go.
 *
 * <pre>{@code
 * OverlayListener listener =
 *     OverlayListener.builder().setProbes(probes).setSinks(sink).optLabels("cat", "dog").build();
 * Training.builder().setModel(model).setData(train, test).optListeners(listener).build().fit();
 * }</pre>
 *
 * A sink is an {@link dev.limelight.watch.OverlaySink}.
 */
@NullMarked
package dev.limelight.watch;

import org.jspecify.annotations.NullMarked;
