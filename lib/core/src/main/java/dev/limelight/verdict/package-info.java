/** Whether a single map can be trusted. */
@NullMarked
package dev.limelight.verdict;

import org.jspecify.annotations.NullMarked;
