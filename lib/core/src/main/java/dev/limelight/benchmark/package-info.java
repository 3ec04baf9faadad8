/** Methods compared on generated scenes whose objects have exact masks. */
@NullMarked
package dev.limelight.benchmark;

import org.jspecify.annotations.NullMarked;
